using System.Collections.Concurrent;
using System.Reflection;
using Orleans;

namespace Archer.Embedded.Copying;

/// <summary>Copies values by their runtime type.</summary>
internal abstract class ObjectCopier
{
    private static readonly ConcurrentDictionary<Type, ObjectCopier> Copiers = new();

    public static ObjectCopier For(Type type) => Copiers.GetOrAdd(type, static t => ItemOfNamelessSequence(t) is { } item
        ? Create(typeof(Sequence<>).MakeGenericType(item))
        : Create(typeof(Typed<>).MakeGenericType(t)));

    public abstract object Copy(object value, CopyContext context);

    private static ObjectCopier Create(Type type) =>
        (ObjectCopier)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public, null, [], null)!;

    // Collection expressions and queries have types that only the compiler and the base library know: their receiver sees an interface.
    private static Type? ItemOfNamelessSequence(Type type)
    {
        if (type.IsVisible || type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) || Immutability.IsShallowInstance(type))
        {
            return null;
        }

        var sequences = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>)).ToArray();
        var isKnown = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition().IsVisible);
        return sequences.Length == 1 && !isKnown ? sequences[0].GetGenericArguments()[0] : null;
    }

    private sealed class Sequence<T> : ObjectCopier
    {
        public override object Copy(object value, CopyContext context)
        {
            if (context.Find(value) is { } known)
            {
                return known;
            }

            T[] copy = [.. (IEnumerable<T>)value];
            context.Record(value, copy);
            for (var i = 0; i < copy.Length && !Copier<T>.IsShallow; i++)
            {
                copy[i] = Copier<T>.Copy(copy[i], context);
            }

            return copy;
        }
    }

    private sealed class Typed<T> : ObjectCopier
    {
        private static readonly bool IsShallow = Immutability.IsShallowInstance(typeof(T));
        private readonly Lazy<Func<T, CopyContext, T>> _copy = new(() => CopierFactory.Create<T>());

        public override object Copy(object value, CopyContext context) => IsShallow ? value : _copy.Value((T)value, context)!;
    }
}
