using Archer.Silo.Data;
using Microsoft.Extensions.Options;

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
        DataDirectoryInUseException taken => [taken.Message],
        _ => null,
    };
}
