// What the AWS SDK for JavaScript makes of the server's answers.
//
// Arguments: the endpoint, and that of a server which admits few calls, with its key and secret. The cluster `busy` is
// there, with one container instance whose agent does what it is told. Prints a line a check: its name, and what went
// wrong or null.
import assert from "node:assert/strict";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";

const [endpoint, strict, accessKeyId, secretAccessKey] = process.argv.slice(2);
const at = { region: "us-east-1", endpoint };
const client = new ecs.ECSClient(at);
const web = { family: "web", containerDefinitions: [{ name: "app", image: "nginx", memory: 16 }] };
const soon = { maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.5 };

// What the SDK knows and the API models of this server do not yet.
const newer = /^(Create|Delete|Describe|List|Update|Associate|Disassociate|Put|Get)Gateway(?!Service)/;

const send = (name, input = {}) => client.send(new ecs[`${name}Command`](input));

async function all(pages, key) {
  const found = [];
  let count = 0;
  for await (const page of pages) {
    found.push(...page[key]);
    count += 1;
  }
  assert.equal(new Set(found.map((item) => JSON.stringify(item))).size, found.length, `${key} tells something twice`);
  return { found, count };
}

async function refused(type, call) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.ok(error.message.length > 0 && error.$metadata.requestId, "It says neither why nor which request.");
    return true;
  });
}

const checks = {
  async sends_every_command() {
    for (const name of Object.keys(ecs).filter((key) => /^[A-Z]\w+Command$/.test(key))) {
      try {
        await client.send(new ecs[name]({}));
      } catch (error) {
        assert.ok(error instanceof ecs.ECSServiceException, `${name}: ${error}`);
        assert.equal(error.$metadata.httpStatusCode, 400, `${name}: ${error}`);
        assert.ok(newer.test(name) || error.name !== "UnknownOperationException", `${name}: ${error}`);
        assert.notEqual(error.name, "SerializationException", `${name}: ${error}`);
      }
    }
  },

  async reads_all_pages() {
    await send("CreateCluster", { clusterName: "many" });
    for (let made = 0; made < 110; made += 1) {
      await send("CreateCluster", { clusterName: `js-${made}` });
      await send("RegisterTaskDefinition", { ...web, family: `js-${made}` });
      await send("CreateService", { cluster: "many", serviceName: `js-${made}`, taskDefinition: "js-0", desiredCount: 0 });
    }
    const clusters = await all(ecs.paginateListClusters({ client, pageSize: 25 }, {}), "clusterArns");
    assert.equal(clusters.found.filter((arn) => arn.includes("/js-")).length, 110);
    assert.ok(clusters.count >= 5);
    assert.equal((await all(ecs.paginateListTaskDefinitionFamilies({ client }, { familyPrefix: "js-" }), "families")).found.length, 110);
    assert.ok((await all(ecs.paginateListTaskDefinitions({ client, pageSize: 100 }, {}), "taskDefinitionArns")).found.length >= 110);
    assert.deepEqual({ ...(await all(ecs.paginateListServices({ client, pageSize: 50 }, { cluster: "many" }), "serviceArns")), found: null }, { found: null, count: 3 });
    assert.equal((await all(ecs.paginateListContainerInstances({ client }, { cluster: "busy" }), "containerInstanceArns")).found.length, 1);
    assert.ok((await all(ecs.paginateListAttributes({ client, pageSize: 1 }, { cluster: "busy", targetType: "container-instance" }), "attributes")).count > 1);
    assert.ok((await all(ecs.paginateListAccountSettings({ client, pageSize: 3 }, { effectiveSettings: true }), "settings")).found.length > 9);
    await refused(ecs.NamespaceNotFoundException, () => all(ecs.paginateListServicesByNamespace({ client }, { namespace: "none" }), "serviceArns"));
  },

  async waits_for_tasks() {
    await send("RegisterTaskDefinition", web);
    const { tasks, failures } = await send("RunTask", { cluster: "busy", taskDefinition: "web", count: 2, tags: [{ key: "a", value: "ä b" }] });
    assert.deepEqual(failures, []);
    const where = { cluster: "busy", tasks: tasks.map((task) => task.taskArn) };
    await ecs.waitUntilTasksRunning({ client, ...soon }, where);
    assert.equal((await all(ecs.paginateListTasks({ client, pageSize: 1 }, { cluster: "busy", family: "web" }), "taskArns")).found.length, 2);
    for (const task of where.tasks) {
      await send("StopTask", { cluster: "busy", task, reason: "enough" });
    }
    await ecs.waitUntilTasksStopped({ client, ...soon }, where);
    await assert.rejects(() => ecs.waitUntilTasksRunning({ client, ...soon }, where), /FAILURE/);
    const [stopped] = (await send("DescribeTasks", { ...where, include: ["TAGS"] })).tasks;
    assert.equal(stopped.tags[0].value, "ä b");
    assert.ok(stopped.stoppedAt instanceof Date && stopped.createdAt <= stopped.startedAt && stopped.startedAt <= stopped.stoppedAt, JSON.stringify(stopped));
  },

  async waits_for_services() {
    await send("RegisterTaskDefinition", web);
    await send("CreateService", { cluster: "busy", serviceName: "js", taskDefinition: "web", desiredCount: 2 });
    const where = { cluster: "busy", services: ["js"] };
    await ecs.waitUntilServicesStable({ client, ...soon }, where);
    const { service } = await send("UpdateService", { cluster: "busy", service: "js", forceNewDeployment: true, desiredCount: 1 });
    assert.ok(service.deployments[0].createdAt instanceof Date);
    await ecs.waitUntilServicesStable({ client, ...soon }, where);
    await send("DeleteService", { cluster: "busy", service: "js", force: true });
    await ecs.waitUntilServicesInactive({ client, ...soon }, where);
    for (const wait of [ecs.waitUntilServicesStable, ecs.waitUntilServicesInactive]) {
      await assert.rejects(() => wait({ client, ...soon }, { cluster: "busy", services: ["none"] }), /FAILURE/);
    }
  },

  async catches_errors_by_their_class() {
    await send("RegisterTaskDefinition", web);
    await send("CreateService", { cluster: "busy", serviceName: "held", taskDefinition: "web", desiredCount: 0 });
    await refused(ecs.ClusterNotFoundException, () => send("ListTasks", { cluster: "none" }));
    await refused(ecs.ClusterContainsContainerInstancesException, () => send("DeleteCluster", { cluster: "busy" }));
    await refused(ecs.ServiceNotFoundException, () => send("UpdateService", { cluster: "busy", service: "none", desiredCount: 1 }));
    await refused(ecs.ClientException, () => send("DescribeTaskDefinition", { taskDefinition: "none" }));
    await refused(ecs.InvalidParameterException, () => send("CreateService", { cluster: "busy", serviceName: "held", taskDefinition: "web", desiredCount: 3 }));
    await refused(ecs.TargetNotFoundException, () => send("PutAttributes", { cluster: "busy", attributes: [{ name: "a", targetId: "0".repeat(32) }] }));
    await send("DeleteService", { cluster: "busy", service: "held" });
    await refused(ecs.ServiceNotActiveException, () => send("UpdateService", { cluster: "busy", service: "held", desiredCount: 1 }));
  },

  async tries_again_when_it_is_throttled() {
    const keys = { region: "us-east-1", endpoint: strict, credentials: { accessKeyId, secretAccessKey } };
    const [patient, hasty] = [new ecs.ECSClient({ ...keys, maxAttempts: 10 }), new ecs.ECSClient({ ...keys, maxAttempts: 1 })];
    const make = (by, clusterName) => by.send(new ecs.CreateClusterCommand({ clusterName }));
    await assert.rejects(
      async () => {
        for (let made = 0; made < 200; made += 1) {
          await make(hasty, `c${made}`);
        }
      },
      (error) => error instanceof ecs.ECSServiceException && error.name === "ThrottlingException",
    );
    let attempts = 0;
    for (let made = 0; made < 5; made += 1) {
      attempts += (await make(patient, `d${made}`)).$metadata.attempts;
    }
    assert.ok(attempts > 5, `${attempts} attempts`);
  },

  async keeps_repositories() {
    const registry = new ecr.ECRClient(at);
    const ask = (name, input) => registry.send(new ecr[`${name}Command`](input));
    for (let made = 0; made < 12; made += 1) {
      await ask("CreateRepository", { repositoryName: `js/${made}`, imageTagMutability: "IMMUTABLE", tags: [{ Key: "a", Value: "b" }] });
    }
    const { found, count } = await all(ecr.paginateDescribeRepositories({ client: registry, pageSize: 5 }, {}), "repositories");
    assert.ok(found.length === 12 && count === 3 && found.every((repository) => repository.createdAt instanceof Date), JSON.stringify(found[0]));
    await refused(ecr.RepositoryNotFoundException, () => ask("DescribeRepositories", { repositoryNames: ["none"] }));
    await refused(ecr.RepositoryAlreadyExistsException, () => ask("CreateRepository", { repositoryName: "js/1" }));
    const [data] = (await ask("GetAuthorizationToken", {})).authorizationData;
    assert.match(Buffer.from(data.authorizationToken, "base64").toString(), /^AWS:/);
    assert.ok(data.expiresAt > new Date());
    assert.equal((await ask("ListImages", { repositoryName: "js/1" })).imageIds.length, 0);
    await ask("DeleteRepository", { repositoryName: "js/1", force: true });
  },

  async keeps_load_balancers() {
    const balancing = new elb.ElasticLoadBalancingV2Client(at);
    const ask = (name, input) => balancing.send(new elb[`${name}Command`](input));
    const groups = [];
    for (const Name of ["js-a", "js-b", "js-c"]) {
      const made = await ask("CreateTargetGroup", { Name, Protocol: "HTTP", Port: 80, VpcId: "vpc-1", TargetType: "instance", Matcher: { HttpCode: "200-299" } });
      groups.push(made.TargetGroups[0]);
    }
    assert.equal(groups[0].Matcher.HttpCode, "200-299");
    assert.equal((await all(elb.paginateDescribeTargetGroups({ client: balancing }, { PageSize: 2 }), "TargetGroups")).count, 2);
    await refused(elb.TargetGroupNotFoundException, () => ask("DescribeTargetGroups", { Names: ["none"] }));
    await refused(elb.DuplicateTargetGroupNameException, () => ask("CreateTargetGroup", { Name: "js-a", Protocol: "HTTP", Port: 81, VpcId: "vpc-1" }));
    const [balancer] = (await ask("CreateLoadBalancer", { Name: "js", Subnets: ["subnet-1", "subnet-2"], Tags: [{ Key: "a", Value: "b" }] })).LoadBalancers;
    assert.ok(balancer.CreatedTime instanceof Date);
    await elb.waitUntilLoadBalancerExists({ client: balancing, ...soon }, { LoadBalancerArns: [balancer.LoadBalancerArn] });
    const listener = await ask("CreateListener", {
      LoadBalancerArn: balancer.LoadBalancerArn, Protocol: "HTTP", Port: 8080, DefaultActions: [{ Type: "forward", TargetGroupArn: groups[0].TargetGroupArn }],
    });
    assert.equal(listener.Listeners[0].DefaultActions[0].TargetGroupArn, groups[0].TargetGroupArn);
    await refused(elb.ResourceInUseException, () => ask("DeleteTargetGroup", { TargetGroupArn: groups[0].TargetGroupArn }));
    await ask("DeleteLoadBalancer", { LoadBalancerArn: balancer.LoadBalancerArn });
    await elb.waitUntilLoadBalancersDeleted({ client: balancing, ...soon }, { LoadBalancerArns: [balancer.LoadBalancerArn] });
  },

  async keeps_logs() {
    const store = new logs.CloudWatchLogsClient(at);
    const ask = (name, input) => store.send(new logs[`${name}Command`](input));
    const where = { logGroupName: "/js", logStreamName: "one" };
    await ask("CreateLogGroup", { logGroupName: "/js" });
    await ask("CreateLogStream", where);
    await refused(logs.ResourceAlreadyExistsException, () => ask("CreateLogGroup", { logGroupName: "/js" }));
    await refused(logs.ResourceNotFoundException, () => ask("GetLogEvents", { ...where, logStreamName: "none" }));
    const now = Date.now();
    await ask("PutLogEvents", { ...where, logEvents: Array.from({ length: 30 }, (_, line) => ({ timestamp: now + line, message: `line ${line}` })) });
    const { found } = await all(logs.paginateFilterLogEvents({ client: store }, { logGroupName: "/js", limit: 7 }), "events");
    assert.deepEqual(found.map((event) => event.message), Array.from({ length: 30 }, (_, line) => `line ${line}`));
    assert.equal((await ask("GetLogEvents", { ...where, startFromHead: true, limit: 2 })).events[1].message, "line 1");
    assert.equal((await ask("DescribeLogGroups", { logGroupNamePrefix: "/js" })).logGroups.length, 1);
    await ask("DeleteLogGroup", { logGroupName: "/js" });
  },
};

console.log(JSON.stringify({ node: process.version, checks: Object.keys(checks) }));
for (const [name, check] of Object.entries(checks)) {
  let failure = null;
  try {
    await check();
  } catch (error) {
    failure = error.stack ?? String(error);
  }
  console.log(JSON.stringify({ check: name, failure }));
}
