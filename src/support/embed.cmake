# cmake -D FUNCTION=name -D HEADER=header -D INPUT=file -D OUTPUT=file.cpp -P embed.cmake
# writes a function of the header that gives the bytes of a file.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace alinea::assets {

std::string_view ${FUNCTION}() {
  static constexpr unsigned char kBytes[] = {${bytes}};
  return {reinterpret_cast<const char*>(kBytes), sizeof kBytes};
}

}  // namespace alinea::assets
")
