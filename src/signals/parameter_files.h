// Tables of features as speech recognisers keep them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "signals/bytes.h"
#include "signals/feature_rows.h"

namespace alinea {

// Said of a file that may have many examples, which is no example itself.
inline constexpr const char* kNameMember =
    "; of an archive, an IDX file or a file of tensors, name an example, as in FILE:MEMBER";

// HTK's parameter files (Young et al. 2006, section 5.10.1), without compression, and those of
// Sphinx: the number of floats as 4 bytes, then these, `columns` in a row. Throws Error for other
// bytes.
FeatureRows read_htk_or_sphinx(std::string_view bytes, int64_t columns);

// A matrix of Kaldi's binary archives, which begins with "\0B": of floats or doubles, or compressed
// in one of Kaldi's three ways.
bool is_kaldi(std::string_view bytes);
FeatureRows read_kaldi(std::string_view bytes);
// Where the matrix of every key of an archive begins. Throws Error for a damaged archive.
std::map<std::string, int64_t> kaldi_keys(const Bytes& archive);
// How many bytes the matrix there takes.
int64_t kaldi_size(const Bytes& archive, int64_t offset);

}  // namespace alinea
