#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"
#include "study/grid/study_file.hpp"

#include <algorithm>
#include <variant>

namespace podsim::cli {
namespace {

using StudyJson = nlohmann::ordered_json;

constexpr std::size_t kMostShownValues = 12;

std::string values_text(const study::Axis& axis) {
  std::string text = axis.key + ":";
  for (std::size_t i = 0; i < std::min(axis.values.size(), kMostShownValues); ++i) {
    text += (i == 0 ? " " : ", ") + axis.values[i].text;
  }
  if (axis.values.size() <= kMostShownValues) return text;
  return text + ", ... (" + results::count(static_cast<int64_t>(axis.values.size()), "value") + ")";
}

std::vector<Fact> axes_facts(const study::Study& study) {
  StudyJson axes = StudyJson::object();
  for (const results::Column& axis : study::axis_values(study)) {
    std::visit([&](const auto& values) { axes[axis.name] = values; }, axis.values);
  }
  std::vector<Fact> facts;
  for (const study::Dimension& dimension : study.dimensions) {
    for (const study::Axis& axis : dimension.axes) {
      facts.push_back({facts.empty() ? "axes" : "", values_text(axis), "", nullptr});
    }
  }
  facts.front().key = "axes";
  facts.front().value = std::move(axes);
  return facts;
}

}  // namespace

std::vector<Fact> study_facts(const std::filesystem::path& path, const std::string& name) {
  const study::Study study = study::read_study(path);
  std::vector<Fact> facts{{"study", study.name, "name", study.name}};
  if (!study.description.empty()) facts.push_back({"", study.description, "description", study.description});
  for (const study::Setting& named : study.named) {
    facts.push_back({named.key, named.value.text, named.key, named.value.text});
  }
  for (Fact& fact : axes_facts(study)) facts.push_back(std::move(fact));
  facts.push_back({"points", results::count(static_cast<int64_t>(study.points())), "points", study.points()});
  facts.push_back({"file", path.string(), "file", path.string()});
  facts.push_back({"run it by", "podsim sweep " + name + " -o " + path.stem().string() + ".h5", "", nullptr});
  return facts;
}

}  // namespace podsim::cli
