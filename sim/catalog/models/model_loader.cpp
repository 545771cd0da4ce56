#include "catalog/models/model_loader.hpp"

#include "catalog/models/convolutional_loader.hpp"
#include "catalog/models/gan_loader.hpp"
#include "catalog/models/recurrent_loader.hpp"
#include "catalog/models/transformer_loader.hpp"
#include "catalog/spec/names.hpp"

namespace podsim::catalog {

Model load_model(const Field& field) {
  switch (field.variant("kind", model_kinds(), "kinds of model")) {
    case 0: return load_transformer(field);
    case 1: return load_convolutional(field);
    case 2: return load_recurrent(field);
    default: return load_gan(field);
  }
}

}  // namespace podsim::catalog
