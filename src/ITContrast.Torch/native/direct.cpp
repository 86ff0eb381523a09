#include "direct.h"

#include <ATen/core/IListRef.h>
#include <ATen/core/jit_type.h>
#include <c10/core/SymInt.h>
#include <c10/util/OptionalArrayRef.h>
#include <c10/util/SmallVector.h>

namespace {

using itc::Kind;
using itc::Value;

using Shaped = at::Tensor(const at::Tensor&, c10::SymIntArrayRef);
using Reduced = at::Tensor(const at::Tensor&, at::OptionalIntArrayRef, bool, itc::Optional<at::ScalarType>);
using Joined = at::Tensor(const at::ITensorListRef&, int64_t);
using Stacked = at::Tensor(at::TensorList, int64_t);

bool is(const Value* value, Kind kind) { return value != nullptr && value->kind == static_cast<int32_t>(kind); }

bool absent(const Value* value) { return value == nullptr || value->kind == static_cast<int32_t>(Kind::None); }

// view, reshape, permute, expand
bool shaped(const c10::OperatorHandle& op, const Value* const* bound, at::Tensor& result) {
    if (!is(bound[0], Kind::Tensor) || !is(bound[1], Kind::IntList)) return false;
    const auto* items = static_cast<const int64_t*>(bound[1]->p);
    c10::SmallVector<c10::SymInt, 6> sizes(items, items + bound[1]->length);
    result = op.typed<Shaped>().call(itc::borrow(bound[0]->p), sizes);
    return true;
}

// sum, mean and their like over dimensions
bool reduced(const c10::OperatorHandle& op, const Value* const* bound, at::Tensor& result) {
    if (!is(bound[0], Kind::Tensor) || !is(bound[2], Kind::Bool) || !(absent(bound[3]) || is(bound[3], Kind::Int))) return false;
    at::OptionalIntArrayRef dimensions;
    if (is(bound[1], Kind::Int)) dimensions = at::IntArrayRef(&bound[1]->i, 1);
    else if (is(bound[1], Kind::IntList)) dimensions = at::IntArrayRef(static_cast<const int64_t*>(bound[1]->p), bound[1]->length);
    else if (!absent(bound[1])) return false;
    itc::Optional<at::ScalarType> type;
    if (!absent(bound[3])) type = static_cast<at::ScalarType>(bound[3]->i);
    result = op.typed<Reduced>().call(itc::borrow(bound[0]->p), dimensions, bound[2]->i != 0, type);
    return true;
}

// cat and stack
template <typename Signature, typename List>
bool joined(const c10::OperatorHandle& op, const Value* const* bound, at::Tensor& result) {
    if (!is(bound[0], Kind::TensorList) || !is(bound[1], Kind::Int)) return false;
    auto** handles = static_cast<void**>(bound[0]->p);
    c10::SmallVector<at::Tensor, 8> tensors;
    for (int32_t i = 0; i < bound[0]->length; ++i) tensors.push_back(itc::borrow(handles[i]));
    result = op.typed<Signature>().call(List(tensors), bound[1]->i);
    return true;
}

// Whether the operator's C++ signature is this one; the schema does not tell (a list of tensors has two forms).
template <typename Signature>
bool speaks(const c10::OperatorHandle& op) {
    try {
        op.typed<Signature>();
        return true;
    } catch (const c10::Error&) {
        return false;
    }
}

}  // namespace

itc::Direct itc::direct(const c10::OperatorHandle& op) {
    const auto& schema = op.schema();
    if (schema.returns().size() != 1 || schema.returns()[0].type()->str() != "Tensor") return nullptr;
    std::string types;
    for (const auto& argument : schema.arguments()) types += (types.empty() ? "" : ", ") + argument.type()->str();
    if (types == "Tensor, int[]" && speaks<Shaped>(op)) return shaped;
    if (types == "Tensor, int[]?, bool, int?" && speaks<Reduced>(op)) return reduced;
    if (types == "Tensor[], int" && speaks<Joined>(op)) return joined<Joined, at::TensorList>;
    if (types == "Tensor[], int" && speaks<Stacked>(op)) return joined<Stacked, at::TensorList>;
    return nullptr;
}
