using System.Collections.Concurrent;
using System.Reflection;

namespace Archer.Embedded.Copying;

/// <summary>Copies values by their runtime type.</summary>
internal abstract class ObjectCopier
{
    private static readonly ConcurrentDictionary<Type, ObjectCopier> Copiers = new();

    public static ObjectCopier For(Type type) => Copiers.GetOrAdd(type, static t =>
        (ObjectCopier)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(t), BindingFlags.Instance | BindingFlags.Public, null, [], null)!);

    public abstract object Copy(object value, CopyContext context);

    private sealed class Typed<T> : ObjectCopier
    {
        private static readonly bool IsShallow = Immutability.IsShallowInstance(typeof(T));
        private readonly Lazy<Func<T, CopyContext, T>> _copy = new(() => CopierFactory.Create<T>());

        public override object Copy(object value, CopyContext context) => IsShallow ? value : _copy.Value((T)value, context)!;
    }
}
