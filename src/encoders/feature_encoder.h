// An encoder of features: a front end, and any encoder of the vectors that it makes.
#pragma once

#include <memory>

#include "encoders/encoder.h"

namespace alinea {

class FeatureEncoder : public Encoder {
 public:
  FeatureEncoder(std::unique_ptr<FrontEnd> front_end, std::unique_ptr<Encoder> encoder)
      : front_end_(std::move(front_end)), encoder_(std::move(encoder)) {}

  int64_t state_size() const override { return encoder_->state_size(); }
  // Of the vectors.
  std::optional<int64_t> most_words() const override { return encoder_->most_words(); }
  int64_t positions(int64_t rows) const override {
    return encoder_->positions(front_end_->positions(rows));
  }
  Encoded operator()(Tape& tape, const Source& source) const override;

 private:
  std::unique_ptr<FrontEnd> front_end_;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace alinea
