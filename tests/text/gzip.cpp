#include "text/gzip.h"

// GCC 12 takes a string that Boost appends to for one that overlaps itself.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wrestrict"
#endif

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <sstream>

namespace alinea {

std::string gzip(std::string_view bytes) {
  std::ostringstream zipped;
  {
    boost::iostreams::filtering_ostream stream;
    stream.push(boost::iostreams::gzip_compressor());
    stream.push(zipped);
    stream << bytes;
  }
  return zipped.str();
}

}  // namespace alinea
