// A process group over c10d that can say which rank is missing. Built only where libtorch's c10d headers find Gloo's.
#pragma once
#ifdef USE_C10D_GLOO

#include "shim.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/version.h>

#include <chrono>
#include <string>
#include <vector>

namespace itc {

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif
using WorkPtr = c10::intrusive_ptr<c10d::Work>;
using Millis = std::chrono::milliseconds;

// Who did not come, for the attempt to make a group that has just failed on this thread.
const std::vector<int>& absentees();

class Group {
public:
    Group(const std::string& backend, const std::string& master, uint16_t port, int rank, int world, const std::string& host,
          const std::string& address, Millis join_timeout, Millis timeout);
    ~Group();

    int rank() const { return rank_; }
    int world() const { return world_; }
    const std::string& host(int rank) const { return hosts_.at(rank); }
    const std::vector<int>& missing() const { return missing_; }

    // Another channel over the same ranks, made by all of them together: what is sent there is not mixed up with what is sent here, in any order.
    c10::intrusive_ptr<Backend> channel(const std::string& name);
    // Starts a reduction over all ranks, in place; finish() completes it.
    WorkPtr start_all_reduce(Backend& channel, const at::Tensor& tensor, c10d::ReduceOp::RedOpType op);
    void all_reduce(const at::Tensor& tensor, c10d::ReduceOp::RedOpType op);
    void broadcast(const at::Tensor& tensor, int root);
    void all_gather(const at::Tensor& output, const at::Tensor& input);
    void barrier();

    // Waits for a collective; throws with the ranks that did not take part.
    void finish(const WorkPtr& work, const std::string& what);

private:
    // Names the operation that begins, once all ranks have said that they begin the same one on tensors that fit.
    std::string begin(const char* what, const at::Tensor* tensor, int root);
    void meet(Millis timeout);
    c10::intrusive_ptr<Backend> make(const std::string& prefix);
    [[noreturn]] void differ(const std::string& full);
    [[noreturn]] void fail(const std::string& what, const std::string& cause);
    bool somebody_failed();
    std::string name(int rank) const;

    int rank_;
    int world_;
    Millis timeout_;
    bool nccl_;
    std::string master_;
    std::string address_;
    std::vector<std::string> hosts_;
    std::vector<int> missing_;
    std::string broken_;
    int64_t sequence_ = 0;
    int64_t channels_ = 0;
    c10::intrusive_ptr<c10d::Store> control_;   // our own keys; rank 0 serves
    c10::intrusive_ptr<c10d::Store> rendezvous_;  // the backend's keys, on a connection of their own
    c10::intrusive_ptr<Backend> backend_;
};

}  // namespace itc
#endif
