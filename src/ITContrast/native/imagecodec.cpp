// Decodes one image file from memory to 8-bit BGR or BGRA; what surrounds it (RGB order, transparency, resizing) is managed code.
#include <cstdint>
#include <cstring>
#include <exception>
#include <opencv2/imgcodecs.hpp>

extern "C" {

// Returns 0 and a picture that itc_image_free frees, or 1 and a message.
__attribute__((visibility("default"))) int itc_image_decode(const uint8_t* bytes, int64_t length, void** picture, const uint8_t** pixels, int64_t* stride,
                                                            int32_t* width, int32_t* height, int32_t* channels, char* error, int32_t capacity) {
  try {
    const cv::Mat file(1, static_cast<int>(length), CV_8U, const_cast<uint8_t*>(bytes));
    cv::Mat decoded = cv::imdecode(file, cv::IMREAD_UNCHANGED);
    // Only the colour mode turns a picture as its EXIF says; only the unchanged mode keeps transparency, which no JPEG has.
    if (!decoded.empty() && decoded.channels() != 4) decoded = cv::imdecode(file, cv::IMREAD_COLOR);
    if (decoded.empty()) {
      std::strncpy(error, "no decoder accepts it", capacity - 1);
      return 1;
    }
    if (decoded.depth() == CV_16U) {
      cv::Mat narrow;
      decoded.convertTo(narrow, CV_8U, 1.0 / 257);
      decoded = narrow;
    }
    if (decoded.depth() != CV_8U) {
      std::strncpy(error, "its channels are neither 8 nor 16 bits", capacity - 1);
      return 1;
    }
    auto* kept = new cv::Mat(decoded);
    *picture = kept;
    *pixels = kept->data;
    *stride = static_cast<int64_t>(kept->step[0]);
    *width = kept->cols;
    *height = kept->rows;
    *channels = kept->channels();
    return 0;
  } catch (const std::exception& e) {
    std::strncpy(error, e.what(), capacity - 1);
    return 1;
  }
}

__attribute__((visibility("default"))) void itc_image_free(void* picture) { delete static_cast<cv::Mat*>(picture); }
}
