# What mvnw and ./tidecaster need; the enforcer in pom.xml repeats the first and the third.
JDK_MIN=25
MAVEN_VERSION=3.9.16
MAVEN_MIN=3.9.6
MAVEN_SHA256=5af3b743dd8b876b5c45da33b676251e5f1687712644abb4ee519ca56e1d89ce
