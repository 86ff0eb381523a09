// The C++ side of one row, in a process of its own: what the same operators cost with nothing above them.
// usage: floor check ROW VARIANT THREADS FILE RESULTS
//        floor time  ROW VARIANT THREADS FILE SECONDS     prints one line of JSON
#include "floor.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace {

std::vector<double> repeat(const Case& one, double seconds) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> samples;
    samples.reserve(100000);
    auto start = Clock::now();
    double last = 0;
    do {
        one.run();
        double now = std::chrono::duration<double>(Clock::now() - start).count();
        samples.push_back((now - last) / one.calls);
        last = now;
    } while (last < seconds && samples.size() < samples.capacity());
    return samples;
}

long long peak() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmHWM:", 0) == 0) return 1024 * std::atoll(line.c_str() + 6);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7) {
        std::cerr << "usage: floor check|time ROW VARIANT THREADS FILE RESULTS|SECONDS\n";
        return 2;
    }
    std::string mode = argv[1], name = argv[2];
    at::set_num_threads(std::atoi(argv[4]));
    auto inputs = load(argv[5]);
    auto row = name == "dispatch" ? dispatch(inputs) : mlp(inputs);
    if (mode == "check") {
        save(argv[6], row->results());
        return 0;
    }
    double seconds = std::atof(argv[6]);
    std::cout << "{\"cases\":{";
    const char* comma = "";
    for (const auto& one : row->cases()) {
        repeat(one, std::min(1.0, seconds));
        std::cout << comma << '"' << one.name << "\":[";
        comma = "";
        for (double sample : repeat(one, seconds)) {
            std::cout << comma << sample;
            comma = ",";
        }
        std::cout << ']';
        comma = ",";
    }
    std::cout << "},\"peak\":" << peak() << "}\n";
    return 0;
}
