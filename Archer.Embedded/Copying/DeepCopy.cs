namespace Archer.Embedded.Copying;

/// <summary>Copies what crosses a grain call, so that caller and callee never share something that changes.</summary>
internal static class DeepCopy
{
    /// <summary>A copy, or the value itself when its type never changes.</summary>
    /// <exception cref="Orleans.Serialization.CodecNotFoundException">Nobody said how to copy a type in it.</exception>
    public static T Of<T>(T value)
    {
        if (Copier<T>.IsShallow || value is null)
        {
            return value;
        }

        var context = CopyContext.Rent();
        try
        {
            return Copier<T>.Copy(value, context);
        }
        finally
        {
            context.Return();
        }
    }
}
