using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record CreateRoleInput(
    string? Path,
    string? RoleName,
    string? AssumeRolePolicyDocument,
    string? Description,
    int? MaxSessionDuration,
    string? PermissionsBoundary,
    IReadOnlyList<TagShape>? Tags);

internal sealed record CreateRoleOutput(RoleShape Role);

/// <summary>Creates a role. Who may assume it is kept, and not yet evaluated.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html</remarks>
internal sealed class CreateRole(IdentityStreams streams) : IOperation<CreateRoleInput, CreateRoleOutput>
{
    public async ValueTask<CreateRoleOutput> HandleAsync(CreateRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var command = new Domain.CreateRole
        {
            Name = Invalid.RoleName(request.RoleName),
            Path = Invalid.Path(request.Path),
            TrustPolicy = Invalid.Document(request.AssumeRolePolicyDocument, "assumeRolePolicyDocument"),
            Description = Invalid.Description(request.Description),
            MaxSessionSeconds = Invalid.SessionSeconds(request.MaxSessionDuration) ?? Role.DefaultSessionSeconds,
            PermissionsBoundary = request.PermissionsBoundary is null ? null : AwsManagedPolicies.Check(Invalid.PolicyArn(request.PermissionsBoundary, "permissionsBoundary")),
            Tags = Invalid.Tags(request.Tags),
        };
        var role = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(role.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
