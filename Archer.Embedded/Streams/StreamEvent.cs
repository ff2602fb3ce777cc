namespace Archer.Embedded.Streams;

/// <summary>One write to a stream.</summary>
/// <param name="Number">Its place among the writes of the provider.</param>
/// <param name="Context">Values that travelled with the write.</param>
internal abstract record StreamEvent(long Number, Dictionary<string, object>? Context);

/// <summary>Items, copied when they were written.</summary>
internal sealed record ItemsEvent<T>(long Number, Dictionary<string, object>? Context, T[] Items) : StreamEvent(Number, Context)
{
    public EventSequenceToken Token(int index) => new(Number, index);
}
