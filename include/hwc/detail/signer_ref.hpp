// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_SIGNER_REF_HPP
#define HWC_DETAIL_SIGNER_REF_HPP

#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace hwc::inline v0_1::detail {

// A signer as a call uses it, whatever its type; what a signer lacks is answered as for one that is always ready.
class signer_ref {
 public:
  signer_ref() = default;
  signer_ref(const signer_ref&) = delete;
  signer_ref& operator=(const signer_ref&) = delete;

  // As in the concept `signer`.
  [[nodiscard]] virtual result<void> sign(http_request& request, wall_time now) const = 0;
  [[nodiscard]] virtual result<void> sign_unscoped(http_request& request, wall_time now) const = 0;

  // As in the concept `preparing_signer`; what is needed first is put into `needed`.
  [[nodiscard]] virtual bool prepares() const noexcept = 0;
  [[nodiscard]] virtual result<void> prepare(moment now, preparation_ticket& ticket, preparation& needed) const = 0;
  [[nodiscard]] virtual std::uint64_t generation() const = 0;
  [[nodiscard]] virtual bool distrust(std::uint64_t generation) const = 0;
  [[nodiscard]] virtual std::string project_id() const = 0;

 protected:
  ~signer_ref() = default;
};

// The one for a type; refers to the signer, which must outlive it.
template <signer Signer>
class signer_ref_to final : public signer_ref {
 public:
  explicit signer_ref_to(Signer& with) noexcept : with_{with} {
    constexpr bool project_id_fits = !requires { with.project_id(); }
    || requires(const Signer& s) { std::string{s.project_id()}; };
    static_assert(project_id_fits,
                  "hwc: Signer's `project_id` must be `std::string project_id() const`; see <hwc/errand.hpp>");
  }

  [[nodiscard]] result<void> sign(http_request& request, wall_time now) const override {
    return detail::sign(with_, request, now);
  }
  [[nodiscard]] result<void> sign_unscoped(http_request& request, wall_time now) const override {
    return detail::sign_unscoped(with_, request, now);
  }
  [[nodiscard]] bool prepares() const noexcept override { return preparing_signer<Signer>; }
  [[nodiscard]] result<void> prepare([[maybe_unused]] moment now, [[maybe_unused]] preparation_ticket& ticket,
                                     [[maybe_unused]] preparation& needed) const override {
    if constexpr (preparing_signer<Signer>) {
      auto ready = with_.prepare(now, ticket);
      if (!ready) return std::move(ready).error();
      needed = *std::move(ready);
    }
    return {};
  }
  [[nodiscard]] std::uint64_t generation() const override {
    if constexpr (preparing_signer<Signer>)
      return with_.generation();
    else
      return 0;
  }
  [[nodiscard]] bool distrust([[maybe_unused]] std::uint64_t generation) const override {
    if constexpr (preparing_signer<Signer>)
      return with_.distrust(generation);
    else
      return false;
  }
  [[nodiscard]] std::string project_id() const override {
    if constexpr (requires { std::string{with_.project_id()}; })
      return std::string{with_.project_id()};
    else
      return {};
  }

 private:
  const Signer& with_;
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_SIGNER_REF_HPP
