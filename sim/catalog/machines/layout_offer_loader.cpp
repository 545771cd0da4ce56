#include "catalog/machines/layout_offer_loader.hpp"

namespace podsim::catalog {

LayoutOffer load_layout_offer(const Field& field) {
  static const std::vector<std::string> kStages = {"0", "1", "2", "3"};
  static const std::vector<std::string> kSchedules = {"gpipe", "1f1b",     "interleaved", "zb-h1",
                                                      "zb-v",  "dualpipe", "none"};
  const MapReader map = field.map({"zero", "schedules"});
  LayoutOffer offer;
  if (const auto zero = map.find("zero")) {
    offer.zero.clear();
    for (const Field& stage : zero->list()) {
      offer.zero.push_back(static_cast<int>(stage.choice(kStages, "stages of ZeRO")));
    }
  }
  if (const auto schedules = map.find("schedules")) {
    offer.schedules.clear();
    for (const Field& field_of : schedules->list()) {
      const std::string& name = kSchedules[field_of.choice(kSchedules, "schedules")];
      if (name != "none") offer.schedules.push_back(name);
    }
  }
  return offer;
}

}  // namespace podsim::catalog
