#include "ops/engine.h"

#include <fmt/format.h>
#include <omp.h>

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
