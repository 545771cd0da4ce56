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
    const std::vector<Field> names = schedules->list();
    for (const Field& named : names) {
      const std::string& name = kSchedules[named.choice(kSchedules, "schedules")];
      if (name != "none") {
        offer.schedules.push_back(name);
      } else if (names.size() > 1) {
        named.fail("none stands beside schedules", "give the schedules that the framework has, or none alone");
      }
    }
  }
  return offer;
}

}  // namespace podsim::catalog
