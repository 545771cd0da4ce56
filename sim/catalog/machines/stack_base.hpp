#pragma once

#include "catalog/yaml/document.hpp"

#include <functional>
#include <string>

namespace podsim::catalog {

/// A stack may build on another: `base: NAME`. It has all of that one's keys but the scope, maps
/// merged member by member, and its own instead where it gives them; a base's source is left out
/// where the number that it belongs to is given anew. `read` reads a base by the field that names it.
/// Throws InputError where bases go round or more than four deep.
Document with_base(Document document, const std::function<Document(const Value& base)>& read);

}  // namespace podsim::catalog
