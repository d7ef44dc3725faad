// Translates standard input, line by line: example MODEL < source.txt > translation.txt
#include <alinea/translate.h>

#include <iostream>
#include <string>

int main(int argc, char** argv) try {
  const alinea::Translator translator(argc > 1 ? argv[1] : "model");
  for (std::string line; std::getline(std::cin, line);)
    std::cout << translator.translate(line) << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
