using System.Collections.Immutable;

namespace Archer.Embedded.Copying;

/// <summary>Copiers of the collections of the base library, found by name.</summary>
internal static class CollectionCopiers
{
    public static Func<T[], CopyContext, T[]> Array<T>() => static (input, context) =>
    {
        if (context.Find(input) is T[] known)
        {
            return known;
        }

        var copy = Copier<T>.IsShallow ? (T[])input.Clone() : new T[input.Length];
        context.Record(input, copy);
        for (var i = 0; i < input.Length && !Copier<T>.IsShallow; i++)
        {
            copy[i] = Copier<T>.Copy(input[i], context);
        }

        return copy;
    };

    public static Func<TArray, CopyContext, TArray> MultiArray<TArray, T>()
        where TArray : class => static (input, context) =>
    {
        var source = (System.Array)(object)input;
        var copy = (System.Array)source.Clone();
        context.Record(source, copy);
        if (!Copier<T>.IsShallow)
        {
            var index = new int[source.Rank];
            foreach (T item in source)
            {
                copy.SetValue(Copier<T>.Copy(item, context), index);
                for (var d = index.Length - 1; d >= 0 && ++index[d] == source.GetLength(d); d--)
                {
                    index[d] = 0;
                }
            }
        }

        return (TArray)(object)copy;
    };

    public static Func<List<T>, CopyContext, List<T>> List<T>() => static (input, context) =>
    {
        if (context.Find(input) is List<T> known)
        {
            return known;
        }

        var copy = new List<T>(input.Count);
        context.Record(input, copy);
        foreach (var item in input)
        {
            copy.Add(Copier<T>.Copy(item, context));
        }

        return copy;
    };

    public static Func<Dictionary<TKey, TValue>, CopyContext, Dictionary<TKey, TValue>> Dictionary<TKey, TValue>()
        where TKey : notnull => static (input, context) =>
    {
        if (context.Find(input) is Dictionary<TKey, TValue> known)
        {
            return known;
        }

        var copy = new Dictionary<TKey, TValue>(input.Count, input.Comparer);
        context.Record(input, copy);
        foreach (var (key, value) in input)
        {
            copy.Add(Copier<TKey>.Copy(key, context), Copier<TValue>.Copy(value, context));
        }

        return copy;
    };

    public static Func<SortedDictionary<TKey, TValue>, CopyContext, SortedDictionary<TKey, TValue>> SortedDictionary<TKey, TValue>()
        where TKey : notnull => static (input, context) =>
    {
        var copy = new SortedDictionary<TKey, TValue>(input.Comparer);
        context.Record(input, copy);
        foreach (var (key, value) in input)
        {
            copy.Add(Copier<TKey>.Copy(key, context), Copier<TValue>.Copy(value, context));
        }

        return copy;
    };

    public static Func<HashSet<T>, CopyContext, HashSet<T>> HashSet<T>() => static (input, context) =>
    {
        if (context.Find(input) is HashSet<T> known)
        {
            return known;
        }

        var copy = new HashSet<T>(input.Count, input.Comparer);
        context.Record(input, copy);
        foreach (var item in input)
        {
            copy.Add(Copier<T>.Copy(item, context));
        }

        return copy;
    };

    public static Func<SortedSet<T>, CopyContext, SortedSet<T>> SortedSet<T>() =>
        static (input, context) => new SortedSet<T>(Items(input, context), input.Comparer);

    public static Func<Queue<T>, CopyContext, Queue<T>> Queue<T>() => static (input, context) => new Queue<T>(Items(input, context));

    public static Func<Stack<T>, CopyContext, Stack<T>> Stack<T>() =>
        static (input, context) => new Stack<T>(Items(input, context).Reverse());

    public static Func<KeyValuePair<TKey, TValue>, CopyContext, KeyValuePair<TKey, TValue>> KeyValuePair<TKey, TValue>() =>
        static (input, context) => new(Copier<TKey>.Copy(input.Key, context), Copier<TValue>.Copy(input.Value, context));

    public static Func<T?, CopyContext, T?> Nullable<T>()
        where T : struct => static (input, context) => input is { } value ? Copier<T>.Copy(value, context) : null;

    public static Func<ImmutableArray<T>, CopyContext, ImmutableArray<T>> ImmutableArray<T>() =>
        static (input, context) => input.IsDefault ? input : [.. Items(input, context)];

    public static Func<ImmutableList<T>, CopyContext, ImmutableList<T>> ImmutableList<T>() => static (input, context) => [.. Items(input, context)];

    public static Func<ImmutableDictionary<TKey, TValue>, CopyContext, ImmutableDictionary<TKey, TValue>> ImmutableDictionary<TKey, TValue>()
        where TKey : notnull => static (input, context) => input.ToImmutableDictionary(
            pair => Copier<TKey>.Copy(pair.Key, context), pair => Copier<TValue>.Copy(pair.Value, context), input.KeyComparer, input.ValueComparer);

    public static Func<Memory<T>, CopyContext, Memory<T>> Memory<T>() => static (input, context) => Items(input.ToArray(), context).ToArray();

    public static Func<ReadOnlyMemory<T>, CopyContext, ReadOnlyMemory<T>> ReadOnlyMemory<T>() =>
        static (input, context) => Items(input.ToArray(), context).ToArray();

    public static Func<ArraySegment<T>, CopyContext, ArraySegment<T>> ArraySegment<T>() =>
        static (input, context) => input.Array is null ? input : new ArraySegment<T>(Items(input, context).ToArray());

    public static Func<Tuple<T1, T2>, CopyContext, Tuple<T1, T2>> Tuple2<T1, T2>() =>
        static (input, context) => new(Copier<T1>.Copy(input.Item1, context), Copier<T2>.Copy(input.Item2, context));

    public static Func<Tuple<T1, T2, T3>, CopyContext, Tuple<T1, T2, T3>> Tuple3<T1, T2, T3>() => static (input, context) =>
        new(Copier<T1>.Copy(input.Item1, context), Copier<T2>.Copy(input.Item2, context), Copier<T3>.Copy(input.Item3, context));

    private static IEnumerable<T> Items<T>(IEnumerable<T> input, CopyContext context) => input.Select(item => Copier<T>.Copy(item, context));
}
