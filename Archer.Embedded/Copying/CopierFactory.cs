using System.Collections.Immutable;
using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Archer.Embedded.Copying;

/// <summary>Makes copiers: known collections, arrays, and types that carry <see cref="GenerateSerializerAttribute"/>.</summary>
internal static class CopierFactory
{
    private static readonly Dictionary<Type, string> Collections = new()
    {
        [typeof(List<>)] = nameof(CollectionCopiers.List),
        [typeof(Dictionary<,>)] = nameof(CollectionCopiers.Dictionary),
        [typeof(HashSet<>)] = nameof(CollectionCopiers.HashSet),
        [typeof(Queue<>)] = nameof(CollectionCopiers.Queue),
        [typeof(Stack<>)] = nameof(CollectionCopiers.Stack),
        [typeof(SortedDictionary<,>)] = nameof(CollectionCopiers.SortedDictionary),
        [typeof(SortedSet<>)] = nameof(CollectionCopiers.SortedSet),
        [typeof(KeyValuePair<,>)] = nameof(CollectionCopiers.KeyValuePair),
        [typeof(Nullable<>)] = nameof(CollectionCopiers.Nullable),
        [typeof(ImmutableArray<>)] = nameof(CollectionCopiers.ImmutableArray),
        [typeof(ImmutableList<>)] = nameof(CollectionCopiers.ImmutableList),
        [typeof(ImmutableDictionary<,>)] = nameof(CollectionCopiers.ImmutableDictionary),
        [typeof(Memory<>)] = nameof(CollectionCopiers.Memory),
        [typeof(ReadOnlyMemory<>)] = nameof(CollectionCopiers.ReadOnlyMemory),
        [typeof(ArraySegment<>)] = nameof(CollectionCopiers.ArraySegment),
        [typeof(Tuple<,>)] = nameof(CollectionCopiers.Tuple2),
        [typeof(Tuple<,,>)] = nameof(CollectionCopiers.Tuple3),
    };

    public static Func<T, CopyContext, T> Create<T>() => (Func<T, CopyContext, T>)Create(typeof(T));

    private static Delegate Create(Type type)
    {
        if (type == typeof(object))
        {
            return (Func<object, CopyContext, object>)(static (_, _) => new object());
        }

        if (type.IsArray)
        {
            var name = type.GetArrayRank() == 1 ? nameof(CollectionCopiers.Array) : nameof(CollectionCopiers.MultiArray);
            return Call(name, type.GetArrayRank() == 1 ? [type.GetElementType()!] : [type, type.GetElementType()!]);
        }

        if (type.IsGenericType && Collections.TryGetValue(type.GetGenericTypeDefinition(), out var collection))
        {
            return Call(collection, type.GetGenericArguments());
        }

        if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) || IsValueTuple(type))
        {
            return MemberCopier.Create(type);
        }

        throw typeof(IAddressable).IsAssignableFrom(type)
            ? new CodecNotFoundException($"A grain cannot be sent as such: pass this.AsReference<{type.Name}'s interface>() instead of the instance.")
            : new CodecNotFoundException(
                $"Could not find a copier for type {type}: give it [GenerateSerializer] and its members [Id(n)], or [Immutable] if it never changes.");
    }

    private static bool IsValueTuple(Type type) => type.IsValueType && type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);

    private static Delegate Call(string name, Type[] arguments) => (Delegate)typeof(CollectionCopiers)
        .GetMethod(name, BindingFlags.Static | BindingFlags.Public)!.MakeGenericMethod(arguments).Invoke(null, null)!;
}
