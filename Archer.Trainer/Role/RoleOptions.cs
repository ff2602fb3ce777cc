namespace Archer.Trainer.Role;

/// <summary>What concerns the trainer only as a process of its own. Section <c>Archer:Trainer</c>, beside <see cref="TrainerOptions"/>.</summary>
internal sealed record RoleOptions
{
    /// <summary>Address of a silo, or of the service before several. Default http://127.0.0.1:5080.</summary>
    public string SiloUrl { get; init; } = "http://127.0.0.1:5080";

    /// <summary>Bearer key of the silo; null when it asks for none.</summary>
    public string? SiloKey { get; init; }

    /// <summary>Every problem of the settings, in words.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Uri.TryCreate(SiloUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return $"SiloUrl is {SiloUrl}, expected an http or https address";
        }

        if (SiloKey is { } key && (key.Length == 0 || key.Any(character => character is <= ' ' or > '~')))
        {
            yield return "SiloKey is empty or has characters other than visible ASCII";
        }
    }
}
