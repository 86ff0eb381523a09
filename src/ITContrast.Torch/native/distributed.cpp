// Process groups: joining through a TCP store, collectives, and finding out who is missing when one fails.
#include "shim.h"

#ifdef USE_C10D_GLOO
#include "distributed.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <condition_variable>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>

namespace itc {
namespace {

using Clock = std::chrono::steady_clock;

// How often a waiting rank asks whether another one has given up, and how long it then waits for the others to say where they are.
constexpr Millis kSlice(1000), kGrace(5000), kStoreLimit(10000), kLinger(10000), kGoodbye(3000);

std::vector<uint8_t> bytes(const std::string& text) { return std::vector<uint8_t>(text.begin(), text.end()); }

// Runs a store operation that may block for ever behind a link that was cut; false where it did not end in time.
template <typename Body>
bool within(Millis limit, Body body) {
    struct State {
        std::mutex mutex;
        std::condition_variable ended;
        bool done = false, ok = false;
    };
    auto state = std::make_shared<State>();
    std::thread([state, body] {
        bool ok = true;
        try {
            body();
        } catch (...) {
            ok = false;
        }
        std::lock_guard<std::mutex> lock(state->mutex);
        state->done = true;
        state->ok = ok;
        state->ended.notify_all();
    }).detach();
    std::unique_lock<std::mutex> lock(state->mutex);
    state->ended.wait_for(lock, limit, [&] { return state->done; });
    return state->ok;
}

// Newer stores ask for libuv and refuse where libtorch was built without it, as Debian's is.
template <typename T> auto without_libuv(T& options, int) -> decltype(options.useLibUV, void()) { options.useLibUV = false; }
template <typename T> void without_libuv(T&, long) {}

c10::intrusive_ptr<c10d::Store> connect(const std::string& master, uint16_t port, bool serve, Millis timeout) {
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = serve;
    options.waitWorkers = false;
    options.timeout = timeout;
    without_libuv(options, 0);
    return c10::make_intrusive<c10d::TCPStore>(master, options);
}

// FNV-1a: equal on every machine and library, which std::hash need not be.
int64_t digest(const std::string& text) {
    uint64_t sum = 14695981039346656037ull;
    for (unsigned char c : text) sum = (sum ^ c) * 1099511628211ull;
    return static_cast<int64_t>(sum);
}

thread_local std::vector<int> absent;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

const std::vector<int>& absentees() { return absent; }

Group::Group(const std::string& backend, const std::string& master, uint16_t port, int rank, int world, const std::string& host,
             const std::string& address, Millis join_timeout, Millis timeout)
    : rank_(rank), world_(world), timeout_(timeout), nccl_(backend == "nccl"), master_(master + ":" + std::to_string(port)), address_(address), hosts_(world) {
    hosts_[rank] = host;
    try {
        control_ = connect(master, port, rank == 0, join_timeout);
        rendezvous_ = connect(master, port, false, join_timeout);
    } catch (const std::exception& error) {
        if (rank == 0) throw std::runtime_error("rank 0 cannot serve at " + master_ + ": " + first_line(error.what()));
        absent = {0};
        throw std::runtime_error("rank 0 does not answer at " + master_ + " (" + first_line(error.what()) + "). Is it running, and is the address right?");
    }
    control_->set("itc/host/" + std::to_string(rank), bytes(host));
    meet(join_timeout);
    backend_ = make("main");
}

c10::intrusive_ptr<Backend> Group::make(const std::string& prefix) {
    auto keys = c10::make_intrusive<c10d::PrefixStore>(prefix, rendezvous_);
    if (nccl_) {
#ifdef USE_C10D_NCCL
        auto options = c10d::ProcessGroupNCCL::Options::create();
        options->timeout = timeout_;
        return c10::make_intrusive<c10d::ProcessGroupNCCL>(keys, rank_, world_, options);
#else
        throw std::invalid_argument("this shim was built without NCCL: nccl.h or a CUDA libtorch was missing. Use the backend gloo.");
#endif
    }
    auto options = c10d::ProcessGroupGloo::Options::create(timeout_);
    options->devices.push_back(address_.empty() ? c10d::ProcessGroupGloo::createDefaultDevice()
                                                : c10d::ProcessGroupGloo::createDeviceForHostname(address_));
    return c10::make_intrusive<c10d::ProcessGroupGloo>(keys, rank_, world_, options);
}

c10::intrusive_ptr<Backend> Group::channel(const std::string& name) { return make(name + std::to_string(++channels_)); }

// Rank 0 serves the store, so it leaves last.
Group::~Group() {
    if (!broken_.empty()) return;
    auto store = control_;
    within(kStoreLimit, [store] { store->add("itc/left", 1); });
    if (rank_ != 0) return;
    auto end = Clock::now() + kLinger;
    int64_t left = 0;
    while (left < world_ && Clock::now() < end) {
        if (!within(kStoreLimit, [store, &left] { left = store->add("itc/left", 0); })) return;
        std::this_thread::sleep_for(Millis(10));
    }
}

std::string Group::name(int rank) const {
    return "rank " + std::to_string(rank) + (hosts_[rank].empty() ? "" : " on host " + hosts_[rank]);
}

// Waits until every rank has said where it runs. The store's own wait would leave its connection in disorder after a timeout, so it is asked again and again.
void Group::meet(Millis timeout) {
    auto end = Clock::now() + timeout;
    absent.clear();
    auto is_set = [&](const std::string& key) {
        try {
            return control_->check({key});
        } catch (const std::exception& error) {
            absent = {0};
            throw std::runtime_error("rank 0, which serves the group at " + master_ + ", gave up or ended while the ranks were joining (" +
                                     first_line(error.what()) + ").");
        }
    };
    auto is_there = [&](int other) { return is_set("itc/host/" + std::to_string(other)); };
    for (int other = 0; other < world_;) {
        if (is_there(other)) {
            auto value = control_->get("itc/host/" + std::to_string(other));
            hosts_[other++].assign(value.begin(), value.end());
        } else if (Clock::now() < end && !is_set("itc/given-up")) {
            std::this_thread::sleep_for(Millis(10));
        } else {
            // Ranks start at different moments: the first whose time is up ends the waiting of all.
            control_->set("itc/given-up", std::vector<uint8_t>{1});
            std::string list;
            for (int r = 0; r < world_; ++r) {
                if (is_there(r)) continue;
                absent.push_back(r);
                list += (list.empty() ? "" : ", ") + std::to_string(r);
            }
            // The others read this from the store of rank 0, so it goes last.
            if (rank_ == 0) std::this_thread::sleep_for(kGoodbye);
            throw std::runtime_error("rank " + list + " of " + std::to_string(world_) + " did not join at " + master_ + " within " +
                                     std::to_string(timeout.count() / 1000.0).substr(0, 5) + " s. Was it started, with the same address and world size?");
        }
    }
}

bool Group::somebody_failed() {
    auto store = control_;
    auto found = std::make_shared<bool>(false);
    return !within(kStoreLimit, [store, found] { *found = store->check({"itc/failures"}); }) || *found;
}

void Group::finish(const WorkPtr& work, const std::string& what) {
    if (nccl_) {
        // A wait on NCCL only orders the stream; its watchdog ends the process when the timeout passes.
        work->wait();
        return;
    }
    auto start = Clock::now();
    while (true) {
        std::string cause;
        try {
            work->wait(kSlice);
            return;
        } catch (const std::exception& error) {
            cause = first_line(error.what());
        }
        if (work->isCompleted()) fail(what, cause);
        if (Clock::now() - start > timeout_ + kGrace) fail(what, "no answer within the timeout");
        if (somebody_failed()) fail(what, "another rank gave up");
    }
}

// Every rank that fails says so in the store; after a while, those that have not are the missing ones.
void Group::fail(const std::string& what, const std::string& cause) {
    auto store = control_;
    int rank = rank_, world = world_;
    auto at = std::make_shared<std::vector<std::string>>(world);
    bool reachable = within(kStoreLimit, [=] {
        store->set("itc/failed/" + std::to_string(rank), bytes(what));
        store->add("itc/failures", 1);
    });
    auto end = Clock::now() + kGrace;
    for (bool all = false; reachable && !all && Clock::now() < end;) {
        reachable = within(kStoreLimit, [=] {
            for (int r = 0; r < world; ++r) {
                std::string key = "itc/failed/" + std::to_string(r);
                if (!(*at)[r].empty() || !store->check({key})) continue;
                auto value = store->get(key);
                (*at)[r].assign(value.begin(), value.end());
            }
        });
        all = true;
        for (int r = 0; r < world; ++r) all = all && !(*at)[r].empty();
        if (!all) std::this_thread::sleep_for(Millis(50));
    }
    std::ostringstream text;
    text << what << " failed on " << name(rank_) << ": ";
    if (!reachable && rank_ != 0) {
        missing_ = {0};
        text << name(0) << ", which serves the group, cannot be reached";
    } else {
        for (int r = 0; r < world_; ++r)
            if ((*at)[r].empty()) missing_.push_back(r);
        for (size_t i = 0; i < missing_.size(); ++i) text << (i == 0 ? "" : ", ") << name(missing_[i]);
        if (!missing_.empty()) {
            text << " did not take part within " << timeout_.count() / 1000.0 << " s: it ended, hangs, or its link is cut";
        } else {
            text << "every rank is alive, but what they send does not arrive:";
            for (int r = 0; r < world_; ++r) text << (r == 0 ? " " : ", ") << name(r) << " in " << (*at)[r];
        }
    }
    text << " (" << cause << "). The group is of no more use; start all ranks again from the last checkpoint.";
    broken_ = text.str();
    // The others still read their verdict from the store of rank 0, which stays until all that said that they failed have it.
    if (reachable) within(kStoreLimit, [store] { store->add("itc/told", 1); });
    if (rank_ == 0) {
        auto last = Clock::now() + kLinger;
        auto told = std::make_shared<int64_t>(0);
        while (*told < world_ - static_cast<int64_t>(missing_.size()) && Clock::now() < last) {
            if (!within(kStoreLimit, [store, told] { *told = store->add("itc/told", 0); })) break;
            std::this_thread::sleep_for(Millis(10));
        }
    }
    throw std::runtime_error(broken_);
}

// Gloo ends the process where a message is longer than what its receiver expects, so one number is compared before each operation.
std::string Group::begin(const char* what, const at::Tensor* tensor, int root) {
    if (!broken_.empty()) throw std::runtime_error(broken_);
    if (tensor != nullptr && !tensor->is_contiguous()) throw std::invalid_argument(std::string(what) + " needs a contiguous tensor: call contiguous() first.");
    std::ostringstream text;
    text << what << " #" << ++sequence_;
    std::string name = text.str();
    if (tensor != nullptr) text << " of " << tensor->scalar_type() << " " << tensor->sizes();
    if (root >= 0) text << " from rank " << root;
    if (nccl_) return name;
    std::string full = text.str();
    auto own = at::empty({1}, at::kLong), all = at::empty({world_}, at::kLong);
    *own.data_ptr<int64_t>() = digest(full);
    std::vector<std::vector<at::Tensor>> outputs{all.chunk(world_)};
    std::vector<at::Tensor> inputs{own};
    finish(backend_->allgather(outputs, inputs), name);
    const int64_t* found = all.data_ptr<int64_t>();
    for (int r = 0; r < world_; ++r)
        if (found[r] != found[0]) differ(full);
    return name;
}

// All ranks come here together, so each can tell the others what it was about to do; the group stays whole.
void Group::differ(const std::string& full) {
    auto key = [&](int r) { return "itc/operation/" + std::to_string(sequence_) + "/" + std::to_string(r); };
    control_->set(key(rank_), bytes(full));
    std::ostringstream text;
    text << "the ranks called different operations:";
    for (int r = 0; r < world_; ++r) {
        auto value = control_->get(key(r));
        text << (r == 0 ? " " : "; ") << name(r) << " " << std::string(value.begin(), value.end());
    }
    throw std::invalid_argument(text.str() + ". All ranks must make the same calls in the same order, with tensors of one shape and type.");
}

WorkPtr Group::start_all_reduce(Backend& channel, const at::Tensor& tensor, c10d::ReduceOp::RedOpType op) {
    if (!broken_.empty()) throw std::runtime_error(broken_);
    c10d::AllreduceOptions options;
    options.reduceOp = op;
    std::vector<at::Tensor> list{tensor};
    return channel.allreduce(list, options);
}

void Group::all_reduce(const at::Tensor& tensor, c10d::ReduceOp::RedOpType op) {
    std::string what = begin("all_reduce", &tensor, -1);
    finish(start_all_reduce(*backend_, tensor, op), what);
}

void Group::broadcast(const at::Tensor& tensor, int root) {
    std::string what = begin("broadcast", &tensor, root);
    c10d::BroadcastOptions options;
    options.rootRank = root;
    // Gloo does not know bfloat16; its bits travel as those of another type of their size.
    std::vector<at::Tensor> list{tensor.scalar_type() == at::kBFloat16 ? tensor.view(at::kHalf) : tensor};
    finish(backend_->broadcast(list, options), what);
}

void Group::all_gather(const at::Tensor& output, const at::Tensor& input) {
    std::string what = begin("all_gather", &input, -1);
    std::vector<std::vector<at::Tensor>> outputs{output.chunk(world_)};
    std::vector<at::Tensor> inputs{input};
    finish(backend_->allgather(outputs, inputs), what);
}

void Group::barrier() {
    std::string what = begin("barrier", nullptr, -1);
    // On Gloo, comparing the operation was a barrier already.
    if (nccl_) finish(backend_->barrier(), what);
}

}  // namespace itc
#endif
