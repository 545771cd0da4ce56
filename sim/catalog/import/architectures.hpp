#pragma once

#include "catalog/import/config.hpp"
#include "catalog/spec/transformer.hpp"

namespace podsim::catalog {

/// The transformer that a config.json of a known architecture describes, as the classes of Hugging Face transformers
/// read it. Throws InputError for what podsim does not know or the file does not say.
Transformer model_of(Config& config);

}  // namespace podsim::catalog
