using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;

namespace Archer.Hosting.Security;

/// <summary>The keys that a process accepts, as digests.</summary>
internal sealed class BearerKeyOptions : AuthenticationSchemeOptions
{
    private ImmutableArray<byte[]> _digests = [];

    /// <summary>Accepts these keys and no others.</summary>
    public void Accept(IEnumerable<string> keys) => _digests = [.. keys.Select(Digest)];

    /// <summary>Whether a key is accepted. The time that this takes tells nothing about the accepted keys.</summary>
    public bool IsKnown(string key)
    {
        var digest = Digest(key);
        var known = false;
        foreach (var accepted in _digests)
        {
            known |= CryptographicOperations.FixedTimeEquals(accepted, digest);
        }

        return known;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
