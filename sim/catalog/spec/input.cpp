#include "catalog/spec/input.hpp"

namespace podsim::catalog {

std::vector<std::string> inputs() { return {"text", "image", "audio"}; }

std::string_view name_of(Input input) {
  switch (input) {
    case Input::text: return "text";
    case Input::image: return "image";
    case Input::audio: return "audio";
  }
  return "";
}

}  // namespace podsim::catalog
