using Archer.Embedded.Enumerations;

namespace Orleans.Runtime;

/// <summary>Settings of enumerations that grains return.</summary>
public static class AsyncEnumerableExtensions
{
    /// <summary>Limits how many elements travel at once. 1 for token streaming, where latency counts.</summary>
    /// <param name="self">What a grain method returned. Other enumerations pass unchanged.</param>
    /// <param name="maxBatchSize">At least 1. Default without this call: 100.</param>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        return self is GrainEnumerable<T> grain ? grain.WithBatchSize(maxBatchSize) : self;
    }
}

/// <summary>An enumeration ended because the grain or the enumerator behind it went away.</summary>
public sealed class EnumerationAbortedException : Exception
{
    /// <summary>Without a message.</summary>
    public EnumerationAbortedException()
    {
    }

    /// <summary>With a message.</summary>
    public EnumerationAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public EnumerationAbortedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
