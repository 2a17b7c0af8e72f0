using Berth.Domain;
using Berth.Journal;
using Berth.Testing;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Identity.Tests;

/// <summary>IAM and STS behind a front door.</summary>
internal static class World
{
    public const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
    public const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::bucket/*"}]}""";
    public const string Execution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    public static Task<QueryServer> StartAsync(TimeProvider? clock = null, string? directory = null) => QueryServer.StartAsync(
        "iam",
        "2010-05-08",
        services =>
        {
            services.AddStream<IdentityAggregate, IdentityState, IdentityEvent>(id => new(id.Account), IdentityCatalog.Create());
            services.AddSingleton(new SessionCredentials(Secret, clock ?? TimeProvider.System));
            services.AddIdentity();
        },
        (file, provider) => new Keys(file, provider.GetRequiredService<SessionCredentials>()),
        directory);

    public static Task<System.Xml.Linq.XElement> CreateRoleAsync(this QueryServer server, string name = "web") =>
        server.CallAsync("CreateRole", ("RoleName", name), ("AssumeRolePolicyDocument", Trust));

    private sealed class Keys(CredentialsFile file, SessionCredentials sessions) : IAccessKeys
    {
        public AccessKey? Find(string accessKeyId) => Find(accessKeyId, null);

        public AccessKey? Find(string accessKeyId, string? sessionToken) => file.Find(accessKeyId) ?? sessions.Find(accessKeyId, sessionToken);
    }
}
