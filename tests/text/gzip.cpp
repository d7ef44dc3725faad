#include "text/gzip.h"

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
