// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_ROW_FILE_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_ROW_FILE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace tool {

// Rows of texts, of any bytes, in a temporary file without a name, so that a list of any length needs no memory:
// written first, then read from the beginning as often as wanted. Throws when there is no room.
template <std::size_t Columns>
class row_file {
 public:
  using row = std::array<std::string, Columns>;

  row_file() : file_{std::tmpfile()} {
    if (!file_) throw std::runtime_error{"cannot make a temporary file; is there room in the folder for these?"};
  }

  void add(const row& texts) {
    for (const auto& text : texts) {
      const std::uint64_t size = text.size();
      write(&size, sizeof size);
      write(text.data(), text.size());
    }
    ++size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  void rewind() {
    if (std::fflush(file_.get()) != 0) fail();
    std::rewind(file_.get());
    at_ = 0;
  }

  // The next row; false behind the last one.
  bool next(row& texts) {
    for (auto& text : texts) {
      std::uint64_t size = 0;
      if (&text == texts.data() && at_ == size_) return false;
      read(&size, sizeof size);
      text.resize(size);
      read(text.data(), text.size());
    }
    ++at_;
    return true;
  }

 private:
  void write(const void* bytes, std::size_t size) {
    if (std::fwrite(bytes, 1, size, file_.get()) != size) fail();
  }
  void read(void* bytes, std::size_t size) {
    if (std::fread(bytes, 1, size, file_.get()) != size) fail();
  }
  [[noreturn]] static void fail() {
    throw std::runtime_error{"a temporary file cannot be written or read; is the disk full?"};
  }

  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::unique_ptr<std::FILE, closer> file_;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_ROW_FILE_HPP
