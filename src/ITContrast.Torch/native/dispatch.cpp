// Operators by name: the schema is read once, a plan binds the caller's argument names to it, and each call fills an IValue stack from the plan.
#include "direct.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <deque>
#include <memory>
#include <sstream>
#include <vector>

namespace {

using itc::Kind;
using itc::Value;

enum class Formal : uint8_t {
    Tensor, TensorList, OptionalTensorList, Int, IntList, Double, DoubleList, Bool, BoolList, Scalar, String, Device, Generator, Unsupported
};

struct Slot {
    std::string name;
    Formal formal = Formal::Unsupported;
    bool optional = false;
    int32_t source = -1;      // position among the caller's arguments; -1: always the default
    int32_t fixed = 0;        // N of int[N]: a single int stands for N equal ones
    bool has_fallback = false;
    c10::IValue fallback;
};

struct Operator {
    explicit Operator(c10::OperatorHandle h) : handle(h) {}
    c10::OperatorHandle handle;
    std::vector<Slot> slots;
    std::string schema;
    itc::Direct direct = nullptr;
};

Formal formal_of(const c10::TypePtr& type) {
    using c10::TypeKind;
    switch (type->kind()) {
        case TypeKind::TensorType: return Formal::Tensor;
        case TypeKind::IntType: return Formal::Int;
        case TypeKind::FloatType: return Formal::Double;
        case TypeKind::BoolType: return Formal::Bool;
        case TypeKind::NumberType: return Formal::Scalar;
        case TypeKind::StringType: return Formal::String;
        case TypeKind::DeviceObjType: return Formal::Device;
        case TypeKind::GeneratorType: return Formal::Generator;
        case TypeKind::ListType: {
            auto element = type->castRaw<c10::ListType>()->getElementType();
            switch (element->kind()) {
                case TypeKind::TensorType: return Formal::TensorList;
                case TypeKind::OptionalType: return Formal::OptionalTensorList;
                case TypeKind::IntType: return Formal::IntList;
                case TypeKind::FloatType: return Formal::DoubleList;
                case TypeKind::BoolType: return Formal::BoolList;
                default: return Formal::Unsupported;
            }
        }
        default: return Formal::Unsupported;
    }
}

std::string schema_text(const c10::FunctionSchema& schema) {
    std::ostringstream text;
    text << schema;
    return text.str();
}

[[noreturn]] void refuse(const Operator& op, const Slot& slot, const char* given) {
    throw std::invalid_argument("argument '" + slot.name + "' was given " + given + ", which does not fit the schema " + op.schema);
}

const char* kind_name(Kind kind) {
    switch (kind) {
        case Kind::Default: return "nothing";
        case Kind::None: return "none";
        case Kind::Tensor: return "a tensor";
        case Kind::TensorList: return "a list of tensors";
        case Kind::Int: return "an integer";
        case Kind::IntList: return "a list of integers";
        case Kind::Double: return "a floating-point number";
        case Kind::DoubleList: return "a list of floating-point numbers";
        case Kind::Bool: return "a truth value";
        case Kind::String: return "a string";
        case Kind::Device: return "a device";
        case Kind::Generator: return "a generator";
        case Kind::BoolList: return "a list of truth values";
    }
    return "an unknown kind";
}

template <typename T>
c10::List<T> list_of(const Value& value) {
    c10::List<T> list;
    list.reserve(value.length);
    auto* items = static_cast<const T*>(value.p);
    for (int32_t i = 0; i < value.length; ++i) list.push_back(items[i]);
    return list;
}

c10::IValue convert(const Operator& op, const Slot& slot, const Value& value) {
    const Kind kind = static_cast<Kind>(value.kind);
    if (kind == Kind::Default) {
        if (!slot.has_fallback) refuse(op, slot, "nothing");
        return slot.fallback;
    }
    if (kind == Kind::None) {
        if (slot.optional) return c10::IValue();
        refuse(op, slot, "none");
    }
    switch (slot.formal) {
        case Formal::Tensor:
            if (kind == Kind::Tensor) return c10::IValue(itc::borrow(value.p));
            break;
        case Formal::TensorList:
            if (kind == Kind::TensorList) {
                c10::List<at::Tensor> list;
                list.reserve(value.length);
                auto** handles = static_cast<void**>(value.p);
                for (int32_t i = 0; i < value.length; ++i) list.push_back(itc::borrow(handles[i]));
                return c10::IValue(std::move(list));
            }
            break;
        case Formal::OptionalTensorList:
            if (kind == Kind::TensorList) {
                c10::List<itc::Optional<at::Tensor>> list;
                list.reserve(value.length);
                auto** handles = static_cast<void**>(value.p);
                for (int32_t i = 0; i < value.length; ++i) {
                    if (handles[i] == nullptr) list.push_back(itc::Optional<at::Tensor>());
                    else list.push_back(itc::Optional<at::Tensor>(itc::borrow(handles[i])));
                }
                return c10::IValue(std::move(list));
            }
            break;
        case Formal::Int:
            if (kind == Kind::Int) return c10::IValue(value.i);
            if (kind == Kind::Bool) return c10::IValue(static_cast<int64_t>(value.i != 0));
            break;
        case Formal::IntList:
            if (kind == Kind::IntList) return c10::IValue(list_of<int64_t>(value));
            if (kind == Kind::Int) return c10::IValue(c10::List<int64_t>(std::vector<int64_t>(slot.fixed > 0 ? slot.fixed : 1, value.i)));
            break;
        case Formal::Double:
            if (kind == Kind::Double) return c10::IValue(value.d);
            if (kind == Kind::Int) return c10::IValue(static_cast<double>(value.i));
            break;
        case Formal::DoubleList:
            if (kind == Kind::DoubleList) return c10::IValue(list_of<double>(value));
            break;
        case Formal::Bool:
            if (kind == Kind::Bool) return c10::IValue(value.i != 0);
            break;
        case Formal::BoolList:
            if (kind == Kind::BoolList) return c10::IValue(list_of<bool>(value));
            break;
        case Formal::Scalar:
            if (kind == Kind::Double) return c10::IValue(value.d);
            if (kind == Kind::Int) return c10::IValue(value.i);
            if (kind == Kind::Bool) return c10::IValue(value.i != 0);
            break;
        case Formal::String:
            if (kind == Kind::String) return c10::IValue(std::string(static_cast<const char*>(value.p), value.length));
            break;
        case Formal::Device:
            if (kind == Kind::Device) return c10::IValue(c10::Device(static_cast<c10::DeviceType>(value.i), static_cast<c10::DeviceIndex>(value.length)));
            break;
        case Formal::Generator:
            if (kind == Kind::Generator) return c10::IValue(*static_cast<at::Generator*>(value.p));
            break;
        case Formal::Unsupported:
            break;
    }
    refuse(op, slot, kind_name(kind));
}

// One stack a call depth: a kernel may call back into managed code, which calls operators again while the outer stack is in use.
struct Stacks {
    std::deque<std::vector<c10::IValue>> levels;
    size_t depth = 0;
};

struct Borrowed {
    Stacks& stacks;
    std::vector<c10::IValue>& stack;
    static Stacks& local() {
        thread_local Stacks stacks;
        return stacks;
    }
    Borrowed() : Borrowed(local()) {}
    explicit Borrowed(Stacks& s) : stacks(s), stack(take(s)) {}
    ~Borrowed() {
        stack.clear();
        --stacks.depth;
    }
    static std::vector<c10::IValue>& take(Stacks& s) {
        if (s.levels.size() == s.depth) {
            s.levels.emplace_back();
            s.levels.back().reserve(32);
        }
        return s.levels[s.depth++];
    }
};

thread_local std::vector<Value> overflow;   // results of a call whose caller gave too little room

struct Writer {
    Value* out;
    int32_t capacity;
    int32_t count = 0;
    void put(Kind kind, Value value) {
        value.kind = static_cast<int32_t>(kind);
        if (count < capacity) out[count] = value;
        else overflow.push_back(value);
        ++count;
    }
    void tensor(at::Tensor tensor) {
        Value value{};
        value.p = itc::own(std::move(tensor));
        put(Kind::Tensor, value);
    }
    void number(Kind kind, int64_t i) {
        Value value{};
        value.i = i;
        put(kind, value);
    }
};

void write(Writer& writer, c10::IValue& result, const Operator& op) {
    if (result.isTensor()) {
        writer.tensor(std::move(result).toTensor());
    } else if (result.isTensorList()) {
        for (at::Tensor tensor : result.toTensorVector()) writer.tensor(std::move(tensor));
    } else if (result.isBool()) {
        writer.number(Kind::Bool, result.toBool());
    } else if (result.isInt()) {
        writer.number(Kind::Int, result.toInt());
    } else if (result.isDouble()) {
        Value value{};
        value.d = result.toDouble();
        writer.put(Kind::Double, value);
    } else if (result.isNone()) {
        writer.tensor(at::Tensor());
    } else {
        throw std::invalid_argument("a result of type " + result.tagKind() + " has no managed form: " + op.schema);
    }
}

}  // namespace

// 0: found and bound; 1: this libtorch has no such operator; 2: an argument name is not in the schema (itc_error holds it); -1: failure.
// names: comma-separated argument names, in the order in which calls will pass them.
ITC_API int32_t itc_find(const char* name, const char* overload, const char* names, void** result) {
    return itc::guarded(-1, [&] {
        *result = nullptr;
        auto found = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!found) return 1;
        auto op = std::make_unique<Operator>(*found);
        const auto& schema = op->handle.schema();
        op->schema = schema_text(schema);
        std::vector<std::string> given;
        std::stringstream text(names);
        for (std::string part; std::getline(text, part, ',');) given.push_back(part);
        for (const auto& argument : schema.arguments()) {
            Slot slot;
            slot.name = argument.name();
            auto type = argument.type();
            if (type->kind() == c10::TypeKind::OptionalType) {
                slot.optional = true;
                type = type->castRaw<c10::OptionalType>()->getElementType();
            }
            slot.formal = formal_of(type);
            if (argument.N()) slot.fixed = *argument.N();
            if (argument.default_value()) {
                slot.has_fallback = true;
                slot.fallback = *argument.default_value();
            } else if (slot.optional) {
                slot.has_fallback = true;
            }
            for (size_t i = 0; i < given.size(); ++i) {
                if (given[i] == slot.name) slot.source = static_cast<int32_t>(i);
            }
            if (slot.source >= 0 && slot.formal == Formal::Unsupported) {
                itc::remember(("argument '" + slot.name + "' has a type that calls cannot pass: " + op->schema).c_str());
                return 2;
            }
            if (slot.source < 0 && !slot.has_fallback) {
                itc::remember(("argument '" + slot.name + "' has no default and is not passed: " + op->schema).c_str());
                return 2;
            }
            op->slots.push_back(std::move(slot));
        }
        for (size_t i = 0; i < given.size(); ++i) {
            bool used = false;
            for (const auto& slot : op->slots) used = used || slot.source == static_cast<int32_t>(i);
            if (!used) {
                itc::remember(("there is no argument '" + given[i] + "' in the schema " + op->schema).c_str());
                return 2;
            }
        }
        if (op->slots.size() <= itc::kDirectArguments) op->direct = itc::direct(op->handle);
        *result = op.release();
        return 0;
    });
}

namespace {

bool call_directly(const Operator& op, const Value* arguments, int32_t count, Value* out) {
    const Value* bound[itc::kDirectArguments] = {};
    for (size_t i = 0; i < op.slots.size(); ++i) {
        int32_t source = op.slots[i].source;
        if (source >= 0 && source < count && arguments[source].kind != static_cast<int32_t>(Kind::Default)) bound[i] = &arguments[source];
    }
    at::Tensor result;
    if (!op.direct(op.handle, bound, result)) return false;
    out->kind = static_cast<int32_t>(Kind::Tensor);
    out->p = itc::own(std::move(result));
    return true;
}

}  // namespace

// Number of results, those past `capacity` waiting in itc_more; -1: failure. With no `out`, results are dropped (in-place operators).
ITC_API int32_t itc_call(void* handle, const Value* arguments, int32_t count, Value* out, int32_t capacity) {
    return itc::guarded(-1, [&] {
        const auto& op = *static_cast<const Operator*>(handle);
        if (op.direct != nullptr && capacity > 0 && call_directly(op, arguments, count, out)) return 1;
        Borrowed borrowed;
        auto& stack = borrowed.stack;
        for (const auto& slot : op.slots) {
            if (slot.source < 0 || slot.source >= count) {
                if (!slot.has_fallback) refuse(op, slot, "nothing");
                stack.push_back(slot.fallback);
            } else {
                stack.push_back(convert(op, slot, arguments[slot.source]));
            }
        }
        op.handle.callBoxed(stack);
        if (out == nullptr) return 0;
        overflow.clear();
        Writer writer{out, capacity};
        for (auto& result : stack) write(writer, result, op);
        return writer.count;
    });
}

// 1 where the operator has a kernel of its own for that kind of device.
ITC_API int32_t itc_has_kernel(void* handle, int32_t device) {
    auto key = static_cast<c10::DeviceType>(device) == c10::DeviceType::CUDA ? c10::DispatchKey::CUDA : c10::DispatchKey::CPU;
    return static_cast<const Operator*>(handle)->handle.hasKernelForDispatchKey(key) ? 1 : 0;
}

ITC_API void itc_more(Value* out) {
    for (const auto& value : overflow) *out++ = value;
    overflow.clear();
}
