using System.Collections.Concurrent;

namespace Berth.Agent;

/// <summary>The credentials of task roles, by their id. In memory only: after a restart the backend sends them again.</summary>
internal sealed class RoleCredentialsStore
{
    private readonly ConcurrentDictionary<string, RoleCredentials> byId = new(StringComparer.Ordinal);

    public RoleCredentials? Find(string id) => byId.GetValueOrDefault(id);

    public void Put(RoleCredentials? credentials)
    {
        if (credentials?.CredentialsId is { Length: > 0 } id)
        {
            byId[id] = credentials;
        }
    }

    public void Forget(RoleCredentials? credentials)
    {
        if (credentials?.CredentialsId is { } id)
        {
            byId.TryRemove(id, out _);
        }
    }
}
