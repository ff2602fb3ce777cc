namespace Archer.Embedded.Copying;

/// <summary>How to copy values whose declared type is <typeparamref name="T"/>.</summary>
internal static class Copier<T>
{
    /// <summary>Whether a value never changes, whatever its runtime type: then it is its own copy.</summary>
    public static readonly bool IsShallow = Immutability.IsShallow(typeof(T));

    // A value of a sealed type has exactly that type. Others are looked up by their runtime type.
    private static readonly bool IsExact = typeof(T).IsValueType || typeof(T).IsSealed;

    private static readonly Lazy<Func<T, CopyContext, T>> Exact = new(() => CopierFactory.Create<T>());

    public static T Copy(T value, CopyContext context)
    {
        if (IsShallow || value is null)
        {
            return value;
        }

        if (IsExact)
        {
            return Exact.Value(value, context);
        }

        var type = value.GetType();
        return type == typeof(T) ? Exact.Value(value, context) : (T)ObjectCopier.For(type).Copy(value, context);
    }
}
