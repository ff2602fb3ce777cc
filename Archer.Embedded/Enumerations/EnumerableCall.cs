namespace Archer.Embedded.Enumerations;

/// <summary>A call of a grain method that returns an enumeration. Per method a derived class holds the arguments.</summary>
internal abstract class EnumerableCall<T>
{
    /// <summary>The token that the caller gave to the method.</summary>
    public CancellationToken CallerToken { get; private set; }

    /// <summary>The token for the grain, set where the enumeration starts.</summary>
    public CancellationToken CalleeToken { get; set; }

    /// <summary>The arguments, boxed.</summary>
    public abstract object?[] Arguments { get; }

    /// <summary>Called by proxies of methods that take a token.</summary>
    public void UseToken(CancellationToken token) => CallerToken = token;

    /// <summary>Calls the method on an instance. Compiled per method.</summary>
    public abstract IAsyncEnumerable<T> Call(object grain);
}
