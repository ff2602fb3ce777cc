namespace Archer.Silo.Policies;

/// <summary>Where this process reaches itself, as trainers and simulated users do that are in it: they use the public API as everybody does.</summary>
internal static class OwnAddress
{
    /// <summary>An address of the list under which this machine reaches itself.</summary>
    public static Uri? Find(IEnumerable<string>? addresses) => addresses?
        .Select(BindingAddress.Parse)
        .Where(address => !address.IsUnixPipe && !address.IsNamedPipe)
        .OrderBy(address => address.Scheme == "http" ? 0 : 1)
        .Select(address => new Uri($"{address.Scheme}://{(address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host)}:{address.Port}"))
        .FirstOrDefault();
}
