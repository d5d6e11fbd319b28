// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_ROW_FILE_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_ROW_FILE_HPP

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tool {

// Rows of texts in a temporary file without a name, so that a list of any length needs no memory: written first, then
// read from the beginning as often as wanted. Texts hold no NUL, which ends them in the file. Throws when there is no
// room.
template <std::size_t Columns>
class row_file {
 public:
  using row = std::array<std::string, Columns>;

  row_file() : file_{std::tmpfile()} {
    if (!file_) throw std::runtime_error{"cannot make a temporary file; is there room in the folder for these?"};
  }

  void add(const row& texts) {
    for (const auto& text : texts) {
      if (std::fwrite(text.c_str(), 1, text.size() + 1, file_.get()) != text.size() + 1) fail();
    }
    ++size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  void rewind() {
    if (std::fflush(file_.get()) != 0) fail();
    std::rewind(file_.get());
  }

  // The next row; false behind the last one.
  bool next(row& texts) {
    for (auto& text : texts) {
      const auto length = ::getdelim(&buffer_.text, &buffer_.size, '\0', file_.get());
      if (length <= 0) {
        if (std::ferror(file_.get()) != 0) fail();
        return false;
      }
      text.assign(buffer_.text, static_cast<std::size_t>(length) - 1);
    }
    return true;
  }

 private:
  [[noreturn]] static void fail() {
    throw std::runtime_error{"a temporary file cannot be written or read; is the disk full?"};
  }

  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct line_buffer {
    line_buffer() = default;
    line_buffer(const line_buffer&) = delete;
    line_buffer& operator=(const line_buffer&) = delete;
    ~line_buffer() { std::free(text); }
    char* text = nullptr;
    std::size_t size = 0;
  };

  std::unique_ptr<std::FILE, closer> file_;
  std::size_t size_ = 0;
  line_buffer buffer_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_ROW_FILE_HPP
