#include "options/man_page.h"

#include <catch2/catch.hpp>

#include "options/option_help.h"

namespace alinea {
namespace {

const CommandHelp kHelp{
    .command = "train",
    .summary = "Trains a model",
    .options = {{.group = "Data",
                 .name = "source",
                 .placeholder = "PATH",
                 .text = "text \\ to read (required)",
                 .is_required = true},
                {.group = "Model",
                 .name = "n-best",
                 .placeholder = {},
                 .text = ".5 (off)",
                 .is_switch = true},
                {.group = "Model", .name = "help", .placeholder = {}, .text = "'help'"}}};

TEST_CASE(
    "a manual page has every option below its group, and nothing that roff takes for its own") {
  const std::string page = man_page(kHelp);
  CHECK_THAT(page, Catch::StartsWith(".TH ALINEA\\-TRAIN 1 "));
  for (const char* part :
       {"\n.SH NAME\nalinea\\-train \\- trains a model\n", "\n.B alinea train\n",
        "\n.B \\-\\-source\n.I PATH\n", "\n.SS Data\n.TP\n.BI \\-\\-source \" PATH\"\n",
        "\ntext \\e to read (required)\n",
        "\n.SS Model\n.TP\n.BR \\-\\-n\\-best \", \" \\-\\-no\\-n\\-best\n\\&.5 (off)\n",
        "\n.TP\n.B \\-\\-help\n\\&'help'\n", "\n.SH EXIT STATUS\n"}) {
    INFO(page);
    CHECK_THAT(page, Catch::Contains(part));
  }
  CHECK(page.find(".SS Model") == page.rfind(".SS Model"));
}

TEST_CASE("the program's page names the page of each command") {
  const Command commands[] = {{"train", "train a model", nullptr, ""},
                              {"score", "score it", nullptr, ""}};
  const std::string page = program_page(commands);
  CHECK_THAT(page, Catch::StartsWith(".TH ALINEA 1 "));
  CHECK_THAT(page, Catch::Contains("\n.TP\n.BR alinea\\-train (1)\ntrain a model\n") &&
                       Catch::Contains("\n.TP\n.BR alinea\\-score (1)\nscore it\n"));
}

}  // namespace
}  // namespace alinea
