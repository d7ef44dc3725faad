// Every network for stories that the options allow, for tests that go through all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/story_network.h"

namespace alinea {

struct StoryVariant {
  std::string name;
  ReaderOptions options;
};

// Tiny networks with odd, different sizes: every encoder, universal ones, and halting.
std::vector<StoryVariant> all_story_networks();

// Its parameters are large enough that no attention is near uniform.
std::unique_ptr<StoryNetwork> random_story_network(const ReaderOptions& options, uint64_t seed);

Vocabulary tiny_story_words();
Labels tiny_story_answers();

// Two stories with questions of 0 to 4 facts, sentences of one word and of more words than there
// are masks, and words that the vocabulary does not know.
std::string tiny_stories();
StoryCorpus stories_of(const std::string& text, const StoryForm& form = {});

}  // namespace alinea
