namespace Archer.Client.Http;

/// <summary>How to reach a silo, and how long to insist.</summary>
public sealed record ArcherClientOptions
{
    /// <summary>Address of the silo's HTTP API, without <c>/v1</c>. Default http://127.0.0.1:5080, where the silo listens by default.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:5080");

    /// <summary>Bearer key; null sends none. Default null: a silo on loopback needs none.</summary>
    public string? Key { get; init; }

    /// <summary>Longest wait for one answer. Default 100 s, longer than the silo holds a simulated start back.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long a repeatable request is sent again while the silo cannot be reached or answers 503. Default 30 s; zero gives up at once.
    /// Repeatable are reads, requests with an idempotency key or an id of their own, and announcements.
    /// </summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request that is answered 429 is sent again: simulated users wait for the learner. Default 10 min.</summary>
    public TimeSpan WaitForLearner { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>First pause before another attempt when the silo names none; doubled after each, up to 5 s. Default 100 ms.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Every problem with the options, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https"))
        {
            yield return $"The address '{Url}' is not an http or https address.";
        }

        if (Key is { } key && (key.Length == 0 || key.Any(character => character is <= ' ' or > '~')))
        {
            yield return "The bearer key is empty or has characters other than visible ASCII.";
        }

        if (Timeout <= TimeSpan.Zero)
        {
            yield return $"The time-out is {Timeout}, expected more than zero.";
        }

        if (RetryFor < TimeSpan.Zero || WaitForLearner < TimeSpan.Zero)
        {
            yield return $"The times to retry are {RetryFor} and {WaitForLearner}, expected zero or more.";
        }

        if (FirstDelay <= TimeSpan.Zero)
        {
            yield return $"The first delay is {FirstDelay}, expected more than zero.";
        }
    }
}
