#include "ops/engine.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>

#include "ops/onednn.h"

namespace alinea::ops {

const dnnl::engine& cpu() {
  static const dnnl::engine engine = [] {
    // Every primitive that comes back is kept here, by PrimitiveCache: oneDNN need not keep it too.
    dnnl::set_primitive_cache_capacity(0);
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}

dnnl::stream& stream() {
  thread_local dnnl::stream stream(cpu());
  return stream;
}

void set_to_empty_sum(const GemmSize& size, const float* bias, bool add, float* c,
                      int64_t c_stride) {
  if (add) return;
  for (int64_t r = 0; r < size.rows; ++r) {
    float* row = c + r * c_stride;
    if (bias != nullptr) {
      std::copy_n(bias, size.columns, row);
    } else {
      std::fill_n(row, size.columns, 0.0F);
    }
  }
}

void gemm(const GemmSize& size, const MatrixView& a, const MatrixView& b, float beta, float* c,
          int64_t c_stride) {
  if (size.rows == 0 || size.columns == 0) return;
  if (size.inner == 0) return set_to_empty_sum(size, nullptr, beta != 0, c, c_stride);
  dnnl::sgemm(static_cast<char>(a.transpose), static_cast<char>(b.transpose), size.rows,
              size.columns, size.inner, /*alpha=*/1.0F, a.data, a.stride, b.data, b.stride, beta, c,
              c_stride);
}

std::string instruction_set() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::sse41:
      return "SSE4.1";
    case dnnl::cpu_isa::avx:
      return "AVX";
    case dnnl::cpu_isa::avx2:
      return "AVX2";
    case dnnl::cpu_isa::avx2_vnni:
      return "AVX2 with VNNI";
    case dnnl::cpu_isa::avx512_core:
      return "AVX-512";
    case dnnl::cpu_isa::avx512_core_vnni:
      return "AVX-512 with VNNI";
    case dnnl::cpu_isa::avx512_core_bf16:
      return "AVX-512 with VNNI and BF16";
    default:
      return "more than AVX-512 with BF16, or unknown";
  }
}

std::string onednn_version() {
  const dnnl::version_t* version = dnnl::version();
  return fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
}

void set_threads(int threads) { omp_set_num_threads(threads); }

}  // namespace alinea::ops
