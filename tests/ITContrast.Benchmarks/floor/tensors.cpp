// safetensors files of float32 and int64: the header is flat enough for a regular expression.
#include "floor.h"

#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

Tensors load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    uint64_t length = 0;
    file.read(reinterpret_cast<char*>(&length), sizeof length);
    std::string header(length, ' ');
    file.read(&header[0], static_cast<std::streamsize>(length));
    std::string data((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file && data.empty()) throw std::runtime_error(path + " cannot be read");

    static const std::regex entry("\"([^\"]+)\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([0-9,]*)\\],\"data_offsets\":\\[([0-9]+),([0-9]+)\\]\\}");
    Tensors found;
    for (std::sregex_iterator at(header.begin(), header.end(), entry), end; at != end; ++at) {
        std::vector<int64_t> shape;
        std::stringstream sizes((*at)[3].str());
        for (std::string size; std::getline(sizes, size, ',');) shape.push_back(std::stoll(size));
        at::Tensor tensor = at::empty(shape, (*at)[2] == "I64" ? at::kLong : at::kFloat);
        size_t begin = std::stoull((*at)[4]), stop = std::stoull((*at)[5]);
        if (tensor.nbytes() != stop - begin) throw std::runtime_error((*at)[1].str() + " is neither F32 nor I64");
        std::memcpy(tensor.data_ptr(), data.data() + begin, stop - begin);
        found[(*at)[1]] = tensor;
    }
    return found;
}

void save(const std::string& path, const Tensors& tensors) {
    std::ostringstream header;
    std::string data;
    header << '{';
    for (const auto& [name, tensor] : tensors) {
        at::Tensor plain = tensor.detach().contiguous();
        header << (data.empty() ? "" : ",") << '"' << name << "\":{\"dtype\":\"" << (plain.scalar_type() == at::kLong ? "I64" : "F32") << "\",\"shape\":[";
        for (int64_t d = 0; d < plain.dim(); ++d) header << (d ? "," : "") << plain.size(d);
        header << "],\"data_offsets\":[" << data.size() << ',';
        data.append(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
        header << data.size() << "]}";
    }
    header << '}';
    std::string text = header.str();
    text.append((8 - text.size() % 8) % 8, ' ');
    uint64_t length = text.size();
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&length), sizeof length);
    file << text << data;
}
