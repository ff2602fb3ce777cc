using Archer.Replay.Sqlite;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Archer.Silo;

/// <summary>What kept the silo from starting, in lines that a person can act on.</summary>
internal static class StartupProblems
{
    /// <summary>Every problem of the configuration; null when the failure is none of it.</summary>
    public static IReadOnlyList<string>? Of(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException aggregate when aggregate.InnerExceptions.All(inner => Of(inner) is not null) =>
            [.. aggregate.InnerExceptions.SelectMany(inner => Of(inner)!)],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binding => [binding.Message],
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } inUse => [inUse.Message],
        // Kestrel's words, of which the first line says what is wrong: https without a certificate, a scheme that it does not know.
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } address => [address.Message.Split('\n')[0].TrimEnd()],
        _ when Causes(exception).OfType<StorageException>().FirstOrDefault() is { } storage => [storage.Message],
        _ when Causes(exception).OfType<RedisException>().LastOrDefault() is { } redis =>
            [$"Archer: Redis cannot be used: {redis.Message.Split(',')[0].TrimEnd('.')}. Is the server running, and are its address and password right?"],
        // The data directory, or a file in it: the message names it.
        IOException or UnauthorizedAccessException => [exception.Message],
        _ => null,
    };

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
