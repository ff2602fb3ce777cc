using System.Collections.Concurrent;
using Archer.Client;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Policies;

/// <content>A mismatch fails every turn until somebody mends it: the log has each reason once.</content>
public sealed partial class HttpPolicyClient
{
    private const int MaxReasons = 100;
    private readonly ConcurrentDictionary<string, bool> _loggedReasons = new(StringComparer.Ordinal);
    private readonly ILogger<HttpPolicyClient> _logger;

    private void LogOnce(PolicyMismatchException mismatch)
    {
        // The reason without the request's own part, which differs each time.
        var reason = mismatch.InnerException?.Message ?? mismatch.Message;
        if (_loggedReasons.Count < MaxReasons && _loggedReasons.TryAdd(reason, true))
        {
            LogMismatch(_http.BaseAddress, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The policy server at {Address} cannot be used until it or Archer:PolicyClient is changed: {Reason}")]
    private partial void LogMismatch(Uri? address, string reason);
}
