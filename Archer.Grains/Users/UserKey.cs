using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Archer.Grains.Users;

/// <summary>Names a user's grain.</summary>
public static class UserKey
{
    /// <summary>A hash of tenant and user, the same everywhere and for ever.</summary>
    public static string Of(string tenant, string user) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tenant.Length}:{tenant}{user}"))));
}
