#include "catalog/machines/stack_base.hpp"

#include "catalog/text/error.hpp"
#include "catalog/yaml/field.hpp"

#include <algorithm>
#include <vector>

namespace podsim::catalog {
namespace {

constexpr int kMostBases = 4;

void erase(Value& map, const std::string& key) {
  std::erase_if(map.members, [&](const Member& member) { return member.key == key; });
}

/// Leaves out the sources of `path` and of what lies below it.
void erase_sources(Value& root, const std::string& path) {
  Value* sources = root.find("sources");
  if (sources == nullptr) return;
  std::erase_if(sources->members,
                [&](const Member& member) { return member.key == path || member.key.starts_with(path + "."); });
}

void merge(Value& base, const Value& own, const std::string& path, Value& root) {
  for (const Member& member : own.members) {
    const std::string member_path = path.empty() ? member.key : path + "." + member.key;
    Value* known = base.find(member.key);
    if (known != nullptr && known->kind == Value::Kind::map && member.value.kind == Value::Kind::map) {
      merge(*known, member.value, member_path, root);
      continue;
    }
    if (path != "sources") erase_sources(root, member_path);
    known = base.find(member.key);
    if (known != nullptr) {
      *known = member.value;
    } else {
      base.members.push_back(member);
    }
  }
}

/// `sources` last, after the keys given anew have taken theirs away.
void sources_last(Value& root) {
  std::stable_partition(root.members.begin(), root.members.end(),
                        [](const Member& member) { return member.key != "sources"; });
}

}  // namespace

Document with_base(Document document, const std::function<Document(const Value& base)>& read) {
  std::vector<Document> generations;
  generations.push_back(std::move(document));
  while (const Value* base = generations.back().root.find("base")) {
    if (generations.size() > kMostBases) {
      Field(*base, "base")
          .fail("the stacks build on one another without end, or more than four deep",
                "build on a stack that has no base");
    }
    generations.push_back(read(*base));
  }
  Document result = std::move(generations.back());
  for (auto own = generations.rbegin() + 1; own != generations.rend(); ++own) {
    erase(result.root, "scope");
    erase_sources(result.root, "scope");
    sources_last(own->root);
    merge(result.root, own->root, "", result.root);
    result.source = own->source;
  }
  return result;
}

}  // namespace podsim::catalog
