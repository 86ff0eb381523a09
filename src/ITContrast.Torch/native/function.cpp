// Differentiable functions written in managed code: a graph node that calls back for its backward pass.
#include "shim.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <memory>
#include <type_traits>
#include <unordered_set>

namespace {

namespace ag = torch::autograd;

// results: one handle an input, null for none. Returns 0, or the number under which managed code keeps the exception it threw.
using BackwardCallback = int64_t (*)(void* context, void** gradients, int32_t count, void** results, int32_t result_count);
using ReleaseCallback = void (*)(void* context);
BackwardCallback backward_callback = nullptr;
ReleaseCallback release_callback = nullptr;

struct ManagedNode : ag::Node {
    std::string title;
    void* context = nullptr;
    bool materialize = true;
    bool released = false;
    std::vector<ag::SavedVariable> saved;
    std::vector<ag::VariableInfo> output_info;
    size_t inputs = 0;

    ~ManagedNode() override { release_callback(context); }

    std::string name() const override { return title; }

    void release_variables() override {
        released = true;
        saved.clear();
    }

    ag::variable_list apply(ag::variable_list&& gradients) override {
        at::OptionalDeviceGuard guard;
        std::vector<void*> given(gradients.size(), nullptr);
        for (size_t i = 0; i < gradients.size(); ++i) {
            at::Tensor gradient = gradients[i];
            if (!gradient.defined() && materialize) gradient = output_info[i].zeros(guard);
            given[i] = itc::own(gradient);
        }
        std::vector<void*> results(inputs, nullptr);
        int64_t failure = backward_callback(context, given.data(), static_cast<int32_t>(given.size()), results.data(), static_cast<int32_t>(inputs));
        if (failure != 0) throw std::runtime_error("managed exception " + std::to_string(failure));
        ag::variable_list list;
        list.reserve(inputs);
        for (void* result : results) {
            list.push_back(itc::borrow(result));
            if (result != nullptr) {
                c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(static_cast<c10::TensorImpl*>(result));
            }
        }
        return list;
    }
};

using Tensors = std::vector<at::Tensor>;
using Impls = std::unordered_set<at::TensorImpl*>;

Tensors tensors(void** handles, int32_t count) {
    Tensors list;
    list.reserve(count);
    for (int32_t i = 0; i < count; ++i) list.push_back(itc::borrow(handles[i]));
    return list;
}

Impls impls(void** handles, int32_t count) {
    Impls set;
    for (int32_t i = 0; i < count; ++i) set.insert(static_cast<at::TensorImpl*>(handles[i]));
    return set;
}

// _wrap_outputs grew arguments over the versions; the one that this libtorch has is picked by its signature.
template <typename Wrap, typename Outputs>
auto wrap(Wrap* wrap_outputs, const Tensors& inputs, const Impls& plain, const Impls& dirty, const Outputs& outputs, const std::shared_ptr<ag::Node>& node) {
    ag::_jvp_fn_t forward_mode = [](ag::variable_list, ag::variable_list) -> ag::variable_list {
        throw std::runtime_error("forward-mode differentiation is not implemented for managed functions");
    };
    auto self_view = [](at::Tensor x) -> at::Tensor { return x.view_as(x); };
    Impls none;
    if constexpr (std::is_invocable_v<Wrap*, const Tensors&, const Impls&, const Impls&, const Outputs&, const std::shared_ptr<ag::Node>&, ag::_jvp_fn_t>) {
        return wrap_outputs(inputs, plain, dirty, outputs, node, forward_mode);
    } else if constexpr (std::is_invocable_v<Wrap*, const Tensors&, const Impls&, const Impls&, const Outputs&, const std::shared_ptr<ag::Node>&, ag::_jvp_fn_t, Impls>) {
        return wrap_outputs(inputs, plain, dirty, outputs, node, forward_mode, none);
    } else if constexpr (std::is_invocable_v<Wrap*, const Tensors&, const Impls&, const Impls&, const Outputs&, const std::shared_ptr<ag::Node>&, ag::_jvp_fn_t, Impls, decltype(self_view)>) {
        return wrap_outputs(inputs, plain, dirty, outputs, node, forward_mode, none, self_view);
    } else {
        return wrap_outputs(inputs, plain, dirty, outputs, node, forward_mode, none, self_view, false);
    }
}

}  // namespace

ITC_API void itc_function_callbacks(BackwardCallback backward, ReleaseCallback release) {
    backward_callback = backward;
    release_callback = release;
}

// Makes the node before the forward pass runs. From here on the node owns `context` and releases it through the callback.
ITC_API void* itc_function_begin(const char* title, void* context) {
    auto* node = new std::shared_ptr<ManagedNode>(new ManagedNode(), ag::deleteNode);
    (*node)->title = title;
    (*node)->context = context;
    return node;
}

ITC_API void itc_function_discard(void* handle) { delete static_cast<std::shared_ptr<ManagedNode>*>(handle); }

// Ties the forward pass's outputs to the node; `results` receives one handle an output. Returns 1 where a graph was recorded.
ITC_API int32_t itc_function_finish(void* handle, void** inputs, int32_t input_count, void** outputs, int32_t output_count, void** dirty,
                                    int32_t dirty_count, void** plain, int32_t plain_count, void** saved, int32_t saved_count,
                                    int32_t materialize, void** results) {
    return itc::guarded(-1, [&] {
        auto& node = *static_cast<std::shared_ptr<ManagedNode>*>(handle);
        Tensors given = tensors(inputs, input_count);
        bool records = c10::GradMode::is_enabled() && ag::any_variable_requires_grad(given);
        node->inputs = input_count;
        node->materialize = materialize != 0;
        node->set_next_edges(records ? ag::collect_next_edges(given) : ag::edge_list());
        node->clear_input_metadata();
        for (int32_t i = 0; i < dirty_count; ++i) static_cast<at::TensorImpl*>(dirty[i])->bump_version();
        std::vector<itc::Optional<at::Tensor>> raw;
        for (const auto& output : tensors(outputs, output_count)) raw.emplace_back(output);
        auto wrapped = wrap(&ag::_wrap_outputs, given, impls(plain, plain_count), impls(dirty, dirty_count), raw,
                            records ? std::shared_ptr<ag::Node>(node) : nullptr);
        if (records) {
            for (const auto& output : wrapped) node->output_info.emplace_back(*output);
            for (const auto& tensor : tensors(saved, saved_count)) {
                node->saved.emplace_back(tensor, tensor.defined() && tensor.grad_fn().get() == node.get());
            }
        }
        for (int32_t i = 0; i < output_count; ++i) results[i] = itc::own(*wrapped[i]);
        return records ? 1 : 0;
    });
}

// What the forward pass saved, one new handle each. `handle` is the plain node, as the managed context keeps it.
ITC_API int32_t itc_function_saved(void* handle, void** results) {
    return itc::guarded(-1, [&] {
        auto* node = static_cast<ManagedNode*>(handle);
        if (node->released) {
            throw std::runtime_error("the saved tensors of " + node->title + " were freed by an earlier backward pass: pass retain_graph = true to it to run a second one");
        }
        for (size_t i = 0; i < node->saved.size(); ++i) results[i] = itc::own(node->saved[i].unpack(node->shared_from_this()));
        return static_cast<int32_t>(node->saved.size());
    });
}

ITC_API void* itc_function_node(void* handle) { return static_cast<std::shared_ptr<ManagedNode>*>(handle)->get(); }
